import { expect, test } from "@jest/globals";
import { killRounds } from "../../lab/kill/rounds";

/** One round of one kind; `npm run test:engine` plays some of each, and `npm run test:kill` as many as are wanted. */
test("killing the provider while it creates webhooks leaves, after the next up, exactly one webhook per resource and no pending operation", async () => {
  const figures = await killRounds({ kind: "provider", rounds: 1 });
  expect(figures).toMatchObject({ rounds: 1, doubles: 0, lost: 0, harmed: 0, pendingLeft: 0, complaints: [] });
}, 300_000);
