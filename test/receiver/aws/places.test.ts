import { describe, expect, test } from "@jest/globals";
import { createAwsCall } from "../../../receiver/aws/client";
import { send } from "../../../receiver/aws/http";
import { type Place, Places } from "../../../receiver/aws/places";
import { FakeAws } from "./support/fake-aws";

async function places(count: number) {
  const aws = await new FakeAws().start();
  const call = createAwsCall({
    send,
    region: "eu-west-1",
    credentials: () => ({ accessKeyId: "a", secretAccessKey: "b" }),
    environment: { AWS_ENDPOINT_URL: aws.url },
  });
  let tokens = 0;
  const all = new Places({ call, table: "claims", clock: aws.clock, newToken: () => `token-${(tokens += 1)}`, count });
  return { aws, take: () => all.take(10_000, 5_000), free: (place: Place) => all.free(place, 5_000) };
}

describe("places to wait", () => {
  test.each([1, 2, 5])("are no more than there are (%i), each had by one", async (count) => {
    const { take } = await places(count);
    const taken = [];
    for (let i = 0; i < count + 3; i += 1) taken.push(await take());
    const had = taken.filter((place) => place !== undefined);
    expect(had.map(({ index }) => index).sort()).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  test("are not had by two who want one at once", async () => {
    const { take } = await places(1);
    const taken = await Promise.all(Array.from({ length: 10 }, take));
    expect(taken.filter((place) => place !== undefined)).toHaveLength(1);
  });

  test("are free again when they are let go, and when a function ended that had one", async () => {
    const { aws, take, free } = await places(1);
    const first = await take();
    if (!first) throw new Error("There was no place.");
    await free(first);
    const second = await take();
    expect(second).toBeDefined();
    // Whoever had it before cannot free it now.
    await free(first);
    expect(await take()).toBeUndefined();
    aws.aheadMs += 10_001;
    expect(await take()).toBeDefined();
  });
});
