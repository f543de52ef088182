import { expect, test } from "@jest/globals";
import { killRounds } from "../../lab/kill/rounds";

const ROUNDS = 6;

test.each(["cli", "provider"] as const)(
  "killing the %s while it creates webhooks leaves, after the next up, exactly one webhook per resource and no pending operation",
  async (kind) => {
    const figures = await killRounds({ kind, rounds: ROUNDS });
    expect(figures).toMatchObject({ rounds: ROUNDS, doubles: 0, lost: 0, pendingLeft: 0, complaints: [] });
  },
  900_000,
);
