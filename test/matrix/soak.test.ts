import { expect, test } from "@jest/globals";
import { soak } from "../../lab/soak/soak";

test("relays that drift, change, fail and are killed are as declared after every round, and every secret agrees", async () => {
  // The dice of this seed throw each trouble within five rounds, however long a round takes.
  const figures = await soak({ minutes: 9, rounds: 5, relays: 6, seed: 6 });
  expect(figures).toMatchObject({ complaints: [], rounds: 5 });
  for (const trouble of ["drifts", "changes", "failures", "kills"] as const)
    expect(figures[trouble]).toBeGreaterThan(0);
}, 600_000);
