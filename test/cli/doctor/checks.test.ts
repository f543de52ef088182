import { describe, expect, test } from "@jest/globals";
import { CHECKS } from "../../../cli/doctor/checks";
import { PROFILES, expectNoSecret } from "../../providers/kustomer/support";
import { levelsOf } from "./support/world";
import { useWorlds } from "./support/worlds";

const inOrder = useWorlds();

describe.each(PROFILES)("a relay in order, where Kustomer is %s", (profile) => {
  test("passes every check", async () => {
    const world = await inOrder(profile);
    await world.sandbox.send("kustomer.message.create");
    const results = await world.look();
    // What cannot be seen is said to be unseen, never "ok".
    expect(levelsOf(results).filter(([, level]) => level !== "ok")).toEqual([
      ["routing-flow-secret of relay-routing-flow", "skip"],
    ]);
    // Of the certificates there is a test below: here all is plain http.
    const asked = new Set(results.map(({ check }) => check));
    expect(CHECKS.map(({ name }) => name).filter((name) => !asked.has(name))).toEqual(["endpoint-certificate"]);
    expectNoSecret(world.sandbox, JSON.stringify(results));
    expect(JSON.stringify(results)).not.toContain(world.key.token);
  });

  test("whose webhook had deliveries passes; Airkit and the receiver's store have nothing of the probes", async () => {
    const world = await inOrder(profile);
    await world.look();
    const { destinations } = await world.receiver.admin.status();
    expect(destinations.map(({ queued, deadLetters }) => [queued, deadLetters])).toEqual([]);
    // What is sent to Airkit is wrongly signed, and is no event.
    expect(world.sandbox.received().map(({ verified, eventName }) => [verified, eventName])).toEqual([
      [false, "kustomer-relay.probe"],
    ]);
  });
});
