import { expect, test } from "@jest/globals";
import { killRounds } from "../../lab/kill/rounds";

/** A round of each; `npm run test:engine` plays more, and `npm run test:kill` as many as are wanted. */
test.concurrent.each(["cli", "provider"] as const)(
  "killing the %s while it creates webhooks leaves, after the next up, exactly one webhook per resource and no pending operation",
  async (kind) => {
    const figures = await killRounds({ kind, rounds: 1 });
    expect(figures).toMatchObject({ rounds: 1, doubles: 0, lost: 0, harmed: 0, pendingLeft: 0, complaints: [] });
  },
  300_000,
);
