import path from "node:path";
import { connectControl } from "../../receiver/self-hosted/control";
import { controlSocket } from "../../receiver/self-hosted/store-folder";
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
      const admin = await connectControl(controlSocket(path.join(directory, "receiver-store")));
      const status = await admin?.status();
      return status?.destinations.reduce((sum, { deadLetters }) => sum + deadLetters, 0) ?? Number.NaN;
    },
    stop: () => stop(),
  };
}
