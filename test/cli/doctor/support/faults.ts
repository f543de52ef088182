import { expect, test } from "@jest/globals";
import type { Level } from "../../../../cli/doctor/check";
import { CHECKS } from "../../../../cli/doctor/checks";
import { expectNoSecret } from "../../../providers/kustomer/support";
import type { World } from "./world";
import type { NewWorld } from "./worlds";

export interface Fault {
  readonly check: string;
  readonly when: string;
  readonly breaks: (world: World) => unknown;
  readonly level: Level;
  readonly says: RegExp;
  /** Part of the subject's name, where there are several. */
  readonly of?: string;
}

/** Each fault is noticed by its check; and each check of this kind notices something, but for those that are tested otherwise. */
export function testFaults(
  inOrder: NewWorld,
  kind: string,
  faults: readonly Fault[],
  otherwise: readonly string[] = [],
): void {
  test.each(faults.map((fault) => [fault.check, fault.when, fault] as const))(
    "%s notices that %s, and says what to do",
    async (_, __, { check, breaks, level, says, of }) => {
      const world = await inOrder();
      await breaks(world);
      const result = await world.result(check, of);
      expect({ level: result.level, because: result.because }).toEqual({ level, because: undefined });
      expect(`${result.message} → ${result.next ?? ""}`).toMatch(says);
      expect(JSON.stringify(result)).not.toMatch(/verysecret/);
      expectNoSecret(world.sandbox, JSON.stringify(result));
    },
  );

  test(`every check of the ${kind} is seen to notice something`, () => {
    const noticed = new Set(faults.filter(({ level }) => level !== "skip").map(({ check }) => check));
    const own = CHECKS.filter(({ about }) => about === kind).map(({ name }) => name);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((name) => !noticed.has(name))).toEqual(otherwise);
  });
}
