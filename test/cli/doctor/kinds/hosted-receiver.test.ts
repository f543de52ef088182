import { expect, test } from "@jest/globals";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { testFaults } from "../support/faults";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();

testFaults(inOrder, "receiver on AWS", [
  {
    check: "hosted-controls",
    when: "a relay is limited",
    breaks: ({ queues }) => (queues.overrides.support = { maxPerSecond: { value: 5, by: "ben", since: 0 } }),
    level: "warn",
    says: /support: limited to 5 a second by ben .*resume --relay NAME --stack STACK/,
  },
  {
    check: "hosted-queue",
    when: "more waits than any burst leaves",
    breaks: ({ queues }) => (queues.counts.events = 1001),
    level: "warn",
    says: /1001 events waiting/,
  },
  {
    check: "hosted-dead-letters",
    when: "there are some",
    breaks: ({ queues }) => (queues.counts.dead = 2),
    level: "fail",
    says: /2 dead letters.*dead-letters list --stack.*replay/,
  },
  {
    check: "hosted-dead-letters",
    when: "AWS refuses",
    breaks: ({ environment }) => (environment.AWS_ACCESS_KEY_ID = "AKIDANOTHER"),
    level: "fail",
    says: /answered 403 AccessDenied.*sqs:GetQueueAttributes/,
  },
  {
    check: "hosted-dead-letters",
    when: "nobody here may ask AWS",
    breaks: ({ environment }) => delete environment.AWS_ACCESS_KEY_ID,
    level: "warn",
    says: /could not be asked.*aws sqs get-queue-attributes --region eu-west-1 .*\/dead$/,
  },
]);

test("the AWS CLI is asked for the credentials that are not in the environment", async () => {
  const world = await inOrder();
  const cli = path.join(world.folder, "aws");
  const answer = { Version: 1, AccessKeyId: "AKIDEXAMPLE", SecretAccessKey: "a-secret-of-aws", SessionToken: "t" };
  writeFileSync(
    cli,
    `#!/bin/sh\n[ "$*" = "configure export-credentials --format process" ] && echo '${JSON.stringify(answer)}'\n`,
  );
  chmodSync(cli, 0o755);
  world.environment = { AWS_ENDPOINT_URL_SQS: world.queues.url, PATH: `${world.folder}:/usr/bin:/bin` };
  expect(await world.result("hosted-queue")).toMatchObject({
    level: "ok",
    message: "0 events waiting or being delivered",
  });
});
