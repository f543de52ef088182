import type { Sandbox } from "../../sandbox";
import { hostedLane } from "./hosted-lane";
import type { Lane } from "./lane";
import { type ReceiverPlan, planReceiver, startReceiver } from "../tour/receiver-process";

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
