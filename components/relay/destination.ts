import * as pulumi from "@pulumi/pulumi";
import { AIRKIT_REALMS, receiveMessageUrl } from "../../providers/airkit/destination-url";
import { RelayError } from "../../providers/lifecycle/errors";
import type { AirkitHalf } from "./arguments";

/** Where Airkit takes the events of a Resource. */
export function airkitUrl(airkit: AirkitHalf | undefined, resourceId: pulumi.Output<string>): pulumi.Output<string> {
  const realm = airkit?.realm === undefined ? undefined : AIRKIT_REALMS[airkit.realm];
  return pulumi.all([airkit?.apiHostname ?? realm, resourceId]).apply(([apiHostname, id]) => {
    try {
      return receiveMessageUrl({ resourceId: id, ...(apiHostname === undefined ? {} : { apiHostname }) });
    } catch (error) {
      // Shown without a stack: preflight could not know it, because it was an output.
      throw error instanceof RelayError ? new pulumi.RunError(error.message) : error;
    }
  });
}
