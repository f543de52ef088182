import { join } from "node:path";
import type { Inbox } from "../../receiver/inbox";
import { parseConfig } from "../../receiver/self-hosted/config";
import { startReceiver } from "../../receiver/self-hosted/receiver";
import { type KillAt, killer } from "./kill-at";

/** What the harness passes as the only argument. */
export interface ChildOrders {
  readonly config: unknown;
  readonly killAt?: KillAt;
  /** Answer before the commit: the mistake that the harness has to catch. */
  readonly broken?: boolean;
}

const BROKEN_COMMIT_DELAY_MS = 20;

/** The receiver exactly as the command starts it, with a hook that ends it in the middle of things. */
async function main(orders: ChildOrders): Promise<void> {
  const receiver = await startReceiver(parseConfig(orders.config, "the harness"), {
    storeWorker: join(__dirname, "store-worker.js"),
    step: killer(orders.killAt),
    ...(orders.broken && { wrapInbox: answeringEarly }),
  });
  process.stdout.write(`${JSON.stringify({ ready: true, url: receiver.url })}\n`);
}

function answeringEarly(inbox: Inbox): Inbox {
  return new Proxy(inbox, {
    get(target, property) {
      if (property === "accept") {
        return (event: Parameters<Inbox["accept"]>[0]) => {
          setTimeout(() => void target.accept(event).catch(() => undefined), BROKEN_COMMIT_DELAY_MS);
          return Promise.resolve("stored");
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

void main(JSON.parse(process.argv[2] ?? "{}") as ChildOrders);
