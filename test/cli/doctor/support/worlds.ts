import { afterEach } from "@jest/globals";
import type { PROFILES } from "../../../providers/kustomer/support";
import { useCleanup } from "../../../sandbox/running";
import { World } from "./world";

export type NewWorld = (profile?: (typeof PROFILES)[number]) => Promise<World>;

/** Relays in order, each closed after its test. */
export function useWorlds(): NewWorld {
  useCleanup();
  const worlds: World[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  return async (profile = "documented") => {
    const world = await World.inOrder(profile);
    worlds.push(world);
    return world;
  };
}
