import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "../../sandbox";
import { Chain, newRoute } from "../../sandbox/aws/chain";
import { ensureTools } from "../../toolbox/aws-local";
import type { Lane } from "./lane";

/** Real time: sped up, the tries of the delivery would be over before the relay's secret is there. */
const TIME_SCALE = 1;
const LOOK_EVERY_MS = 100;

/**
 * The hosted receiver's two functions, the bundles that the package ships, under AWS's Lambda emulator with a local SQS between
 * them. What the component does to the relay's secret in an `up`, a new version, is done here as soon as Airkit's Routing Flow
 * has the new signing secret: the two depend on the same output.
 */
export async function hostedLane(sandbox: Sandbox): Promise<Lane> {
  const chain = await Chain.start(await ensureTools(), {
    timeScale: TIME_SCALE,
    intakeConcurrency: 4,
    deliveryConcurrency: 4,
  });
  const route = newRoute();
  const signingSecret = (): string => String(sandbox.airkitObjects("routing-flows")[0]?.webhookSecretKey);
  let going = true;
  const isGoing = (): boolean => going;
  let following: Promise<void> = Promise.resolve();

  async function follow(url: string): Promise<void> {
    let known = "";
    while (isGoing()) {
      const secret = signingSecret();
      if (secret !== known) {
        const destination = { url, allowLoopbackHttp: true };
        await chain.putRelay(route, { relay: "support", signingSecret: secret, destination });
        known = secret;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  return {
    receiver: { receiver: { kind: "url", url: chain.urlOf(route) } },
    async start(destinationUrl) {
      following = follow(destinationUrl);
      await Promise.all(Object.values(chain.functions).map((each) => each.warm()));
    },
    async refusedForGood() {
      const QueueUrl = chain.resources.deadLetterQueueUrl;
      const { Attributes } = await chain.engine.call<{ Attributes: Record<string, string> }>(
        "sqs",
        "GetQueueAttributes",
        { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] },
        5000,
      );
      return Number(Attributes.ApproximateNumberOfMessages);
    },
    async stop() {
      going = false;
      await following;
      await chain.stop();
    },
  };
}
