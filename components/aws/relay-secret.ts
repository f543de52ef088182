import * as pulumi from "@pulumi/pulumi";
import type { RelaySecret } from "../../receiver/contract";
import type { ReceiverDestination } from "./arguments";
import { destinationProblems } from "./rules";

/** Whose settings they are, and what the delivery function leaves them. */
export interface RelayOf {
  readonly receiver: string;
  readonly relay: string;
  readonly deliverySeconds: number;
}

export function refuseMistakes({ receiver, relay, deliverySeconds }: RelayOf, settings: ReceiverDestination): void {
  const problems = destinationProblems(settings, deliverySeconds);
  if (problems.length > 0)
    throw new pulumi.RunError(
      `relay "${relay}" of receiver "${receiver}": destination.${problems.join("; destination.")}`,
    );
}

/** What the functions read. Now that all values are known, those that were outputs are looked at, too. */
export function relaySecretText(of: RelayOf, value: RelaySecret): string {
  const { url: _, ...settings } = value.destination;
  refuseMistakes(of, settings);
  return JSON.stringify(value);
}
