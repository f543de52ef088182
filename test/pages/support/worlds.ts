import { afterEach } from "@jest/globals";
import { World } from "../../cli/doctor/support/world";

/** Relays in order, each closed after its test. */
export function useWorlds(): () => Promise<World> {
  const worlds: World[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  return async () => {
    const world = await World.inOrder("documented");
    worlds.push(world);
    return world;
  };
}
