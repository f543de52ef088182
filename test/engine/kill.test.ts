import { describe, expect, test } from "@jest/globals";
import { killRounds } from "../../lab/kill/rounds";

const ROUNDS = 3;

/** `npm run test:kill` plays many more. */
describe.each(["cli", "provider"] as const)("killing the %s while it creates webhooks", (kind) => {
  test("leaves, after the next up, exactly one webhook per resource and no pending operation", async () => {
    const figures = await killRounds({ kind, rounds: ROUNDS });
    expect(figures).toMatchObject({ rounds: ROUNDS, doubles: 0, lost: 0, pendingLeft: 0, complaints: [] });
  }, 300_000);
});
