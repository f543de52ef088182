import { createAwsCall } from "../../receiver/aws/client";
import { send } from "../../receiver/aws/http";
import { newRoute } from "../../sandbox/aws/chain";
import { CREDENTIALS, REGION } from "../../sandbox/aws/engine";
import { putRelay } from "../../sandbox/aws/resources";
import { ensureTools } from "../../toolbox/aws-local";
import { Background } from "./background";
import type { HostedReady } from "./hosted-process";

const WHAT_IS_REAL = `
  real:       the two functions (the bundles that the package ships), AWS's Lambda emulator and its runtime client, HTTP
  stands in:  ministack for SQS, DynamoDB and Secrets Manager; a small front and a poller for the Function URL and the
              event source; this tour for what the component does in AWS (queues, table, the relay's secret)`;

export interface HostedReceiver {
  readonly process: Background;
  /** Where Kustomer posts to. */
  readonly url: string;
  /** What the component does in `pulumi up`: the relay's secret, for the functions to read. */
  connect(relay: { signingSecret: string; destinationUrl: string }): Promise<void>;
}

/** The receiver's two functions on this machine, without a relay yet. */
export async function startHostedReceiver(place: { directory: string; keep: boolean }): Promise<HostedReceiver> {
  await ensureTools();
  const args = place.keep ? [] : ["--until-stdin-closes"];
  const { process, ready } = await Background.start("hosted-receiver", "hosted-process.js", args, place);
  console.log(WHAT_IS_REAL);
  const { url, engineUrl, resources } = ready as HostedReady;
  const environment = { AWS_ENDPOINT_URL: engineUrl };
  const call = createAwsCall({ send, region: REGION, credentials: () => CREDENTIALS, environment });
  const route = newRoute();
  return {
    process,
    url: url + route,
    connect: ({ signingSecret, destinationUrl }) => {
      const destination = { url: destinationUrl, allowLoopbackHttp: true };
      return putRelay(call, resources, route, { relay: "support", signingSecret, destination });
    },
  };
}
