import { ownerHeader } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../../providers/lifecycle/ownership";
import { endpoint } from "../../../sandbox/running";
import type { World } from "./world";

export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000 + 60_000).toISOString();

export const marked = (mark: string) => [ownerHeader({ mark, rotation: 0, generation: newGeneration() })];

/** In place of the receiver: what answers these statuses. */
export const sendElsewhere = async (world: World, ...statuses: number[]): Promise<void> => {
  world.edit("relay-webhook", { url: (await endpoint(...statuses)).url });
};
