import * as pulumi from "@pulumi/pulumi";
import type { RelaySecret } from "../../receiver/contract";
import type { ReceiverControls, ReceiverDestination } from "./arguments";
import { controlsProblems, destinationProblems } from "./rules";

/** Whose settings they are. */
export interface RelayOf {
  readonly receiver: string;
  readonly relay: string;
}

/** `deliverySeconds`: what the delivery function leaves them; where it is not known yet, it is looked at later. */
export function refuseMistakes(
  { receiver, relay }: RelayOf,
  deliverySeconds: number | undefined,
  settings: ReceiverDestination,
  controls: ReceiverControls = {},
): void {
  const problems = [
    ...destinationProblems(settings, deliverySeconds).map((problem) => `destination.${problem}`),
    ...controlsProblems(controls),
  ];
  if (problems.length > 0)
    throw new pulumi.RunError(`relay "${relay}" of receiver "${receiver}": ${problems.join("; ")}`);
}

/** What the functions read. Now that all values are known, those that were outputs are looked at, too. */
export function relaySecretText(of: RelayOf, deliverySeconds: number, value: RelaySecret): string {
  const { url: _, ...settings } = value.destination;
  refuseMistakes(of, deliverySeconds, settings);
  return JSON.stringify(value);
}
