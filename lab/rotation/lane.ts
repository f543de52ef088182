import type { Sandbox } from "../../sandbox";
import { hostedLane } from "./hosted-lane";
import { type ReceiverPlan, planReceiver, startReceiver } from "../tour/receiver-process";

/** What is between Kustomer and the sandbox's Airkit while it is measured. */
export interface Lane {
  /** Of the relay, in its own words; empty where events go to Airkit directly. */
  readonly receiver: object;
  /** Once the relay exists, and with it where events end up. */
  start(destinationUrl: string): Promise<void>;
  /** Events that it has taken and will not deliver. */
  refusedForGood(): Promise<number>;
  stop(): Promise<void>;
}

export const LANES = ["direct", "self-hosted", "hosted"] as const;
export type LaneName = (typeof LANES)[number];

export async function laneOf(name: LaneName, sandbox: Sandbox, directory: string): Promise<Lane> {
  if (name === "direct") return direct;
  return name === "self-hosted" ? selfHosted(await planReceiver(directory), directory) : hostedLane(sandbox);
}

const direct: Lane = {
  receiver: {},
  start: () => Promise.resolve(),
  refusedForGood: () => Promise.resolve(0),
  stop: () => Promise.resolve(),
};

/** `kustomer-relay receive`, in a process of its own. */
function selfHosted(plan: ReceiverPlan, directory: string): Lane {
  let stop = (): Promise<void> => Promise.resolve();
  return {
    receiver: { receiver: { kind: "self-hosted", publicUrl: plan.publicUrl, secretFile: plan.secretFile } },
    async start(destinationUrl) {
      const receiver = await startReceiver(plan, destinationUrl, { directory, keep: false });
      stop = () => receiver.stop();
    },
    async refusedForGood() {
      const metrics = await (await fetch(new URL("/metrics", plan.publicUrl))).text();
      return Number(/^kustomer_relay_dead_letters\{.*\} (\d+)/m.exec(metrics)?.[1] ?? Number.NaN);
    },
    stop: () => stop(),
  };
}
