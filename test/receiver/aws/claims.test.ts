import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Claim, Claims, type ClaimResult } from "../../../receiver/aws/claims";
import { createAwsCall } from "../../../receiver/aws/client";
import { send } from "../../../receiver/aws/http";
import { FakeAws } from "./support/fake-aws";

const LEASE_MS = 10_000;
const TIMEOUT_MS = 5_000;

async function table() {
  const aws = await new FakeAws().start();
  const call = createAwsCall({
    send,
    region: "eu-west-1",
    credentials: () => ({ accessKeyId: "a", secretAccessKey: "b" }),
    environment: { AWS_ENDPOINT_URL: aws.url },
  });
  let tokens = 0;
  const claims = new Claims({ call, table: "claims", clock: aws.clock, newToken: () => `token-${(tokens += 1)}` });
  return {
    aws,
    claim: (key = "k") => claims.claim(key, LEASE_MS, TIMEOUT_MS),
    takeOver: (ended = true, key = "k") => claims.takeOver(key, LEASE_MS, TIMEOUT_MS, ended),
    settle: (claim: Claim, as: "delivered" | "dead" = "delivered") => claims.settle(claim, as, TIMEOUT_MS),
    release: (claim: Claim, tried = { attempts: 1, refusals: 0 }) => claims.release(claim, tried, TIMEOUT_MS),
  };
}

function claimed(result: ClaimResult): Claim {
  if (result.is !== "claimed") throw new Error(`it is ${result.is}`);
  return result.claim;
}

describe("a claim", () => {
  test("is won by one of twenty that want it at once", async () => {
    const { claim } = await table();
    const results = await Promise.all(Array.from({ length: 20 }, () => claim()));
    expect(results.filter(({ is }) => is === "claimed")).toHaveLength(1);
    expect(results.filter(({ is }) => is === "held")).toHaveLength(19);
  });

  test("is held for its lease, then abandoned, and can be taken over, which is counted", async () => {
    const { aws, claim, takeOver } = await table();
    expect(claimed(await claim()).crashes).toBe(0);
    expect(await claim()).toMatchObject({ is: "held" });
    expect(await takeOver()).toMatchObject({ is: "held" });
    aws.aheadMs += LEASE_MS;
    const abandoned = await claim();
    expect(abandoned.is === "abandoned" && aws.clock() - abandoned.since).toBeGreaterThanOrEqual(LEASE_MS);
    expect(claimed(await takeOver()).crashes).toBe(1);
    aws.aheadMs += LEASE_MS;
    expect(claimed(await takeOver(false)).crashes).toBe(1);
    aws.aheadMs += LEASE_MS;
    expect(claimed(await takeOver()).crashes).toBe(2);
  });

  test("of an event whose function lived to note a try no longer counts the functions that ended before", async () => {
    const { aws, claim, takeOver, release } = await table();
    await claim();
    aws.aheadMs += LEASE_MS;
    const second = claimed(await takeOver());
    expect(second.crashes).toBe(1);
    await release(second, { attempts: 1, refusals: 0 });
    expect(claimed(await claim())).toMatchObject({ attempts: 1, crashes: 0 });
  });

  test("that is settled is over for good; one that is released is free, with its tries counted", async () => {
    const { aws, claim, release, settle } = await table();
    await release(claimed(await claim()), { attempts: 3, refusals: 1 });
    const again = claimed(await claim());
    expect(again).toMatchObject({ attempts: 3, refusals: 1, crashes: 0 });
    await settle(again);
    expect(await claim()).toEqual({ is: "over" });
    aws.aheadMs += 14 * 86_400_000;
    expect(await claim()).toEqual({ is: "over" });
  });

  test("that somebody else has taken over meanwhile is not undone by who had it before", async () => {
    const { aws, claim, takeOver, settle, release } = await table();
    const first = claimed(await claim());
    aws.aheadMs += LEASE_MS;
    const second = claimed(await takeOver());
    await release(first);
    expect(await claim()).toMatchObject({ is: "held" });
    await settle(second);
    await release(first);
    expect(await claim()).toEqual({ is: "over" });
  });

  test("whose answer was lost on the way is known again", async () => {
    const { aws, claim } = await table();
    let lost = 0;
    aws.fault = (call, response) => {
      if (lost > 0) return false;
      lost += 1;
      aws.answer(call);
      response.socket?.destroy();
      return true;
    };
    expect(await claim()).toMatchObject({ is: "claimed" });
  });

  test("is remembered for longer than an event can be on its way, and no longer than that", async () => {
    const { aws, claim, settle } = await table();
    await settle(claimed(await claim()));
    const expires = aws.items.get("k")?.expiresAt;
    const days = (Number(expires && "N" in expires ? expires.N : 0) - aws.clock() / 1000) / 86_400;
    expect(days).toBeGreaterThan(14.1);
    expect(days).toBeLessThan(15.1);
  });

  test("cannot be had when the table does not answer, and says so", async () => {
    const { aws, claim } = await table();
    aws.fault = (_call, response) => {
      response.writeHead(400).end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
      return true;
    };
    await expect(claim()).rejects.toThrow(/^DynamoDB UpdateItem answered 400 AccessDeniedException: no/);
  });

  test("that cannot be given back or settled says so: an event that nobody noted as delivered would come again", async () => {
    const { aws, claim, settle, release } = await table();
    const held = claimed(await claim());
    aws.fault = (_call, response) => {
      response.writeHead(400).end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
      return true;
    };
    await expect(settle(held)).rejects.toThrow(/AccessDeniedException/);
    await expect(release(held)).rejects.toThrow(/AccessDeniedException/);
  });
});

test("whatever functions do and wherever they end, an event is never claimed twice at once nor again once it is over", async () => {
  const action = fc.constantFrom("claim", "take over", "settle", "release", "wait", "end");
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
      const { aws, claim, takeOver, settle, release } = await table();
      let holder: { readonly claim: Claim; readonly until: number } | undefined;
      let over = false;
      for (const one of actions) {
        if (one === "claim" || one === "take over") {
          const heldNow = holder !== undefined && aws.clock() < holder.until;
          let result = await claim();
          if (one === "take over" && result.is === "abandoned") result = await takeOver();
          if (result.is === "claimed") {
            expect({ over, heldNow }).toEqual({ over: false, heldNow: false });
            holder = { claim: result.claim, until: aws.clock() + LEASE_MS - 100 };
          }
          if (result.is === "over") expect(over).toBe(true);
        } else if (one === "wait") {
          aws.aheadMs += LEASE_MS;
        } else if (holder && one !== "end") {
          const mine = aws.items.get("k")?.holder;
          const still = mine && "S" in mine && mine.S === holder.claim.token;
          await (one === "settle" ? settle(holder.claim) : release(holder.claim));
          if (one === "settle" && still) over = true;
          holder = undefined;
        }
      }
    }),
    { numRuns: 60 },
  );
});
