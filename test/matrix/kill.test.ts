import { expect, test } from "@jest/globals";
import { KINDS, killRounds } from "../../lab/kill/rounds";

const ROUNDS = 3;

test.each(KINDS)(
  "a kill while webhooks are made (%s) leaves, after the next up, exactly one webhook per resource and no pending operation",
  async (kind) => {
    const figures = await killRounds({ kind, rounds: ROUNDS });
    expect(figures).toMatchObject({ rounds: ROUNDS, doubles: 0, lost: 0, harmed: 0, pendingLeft: 0, complaints: [] });
  },
  900_000,
);
