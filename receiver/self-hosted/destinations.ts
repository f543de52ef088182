import { type Destination, headersByLowerCaseName } from "../destination";
import type { RelayConfig } from "./config";

const DAY_MS = 24 * 3_600_000;

/** From the units that people write to the ones the delivery counts in. */
export function deliveryDestination({ name, destination }: RelayConfig): Destination {
  return {
    name,
    url: destination.url,
    headers: headersByLowerCaseName(destination.headers),
    timeoutMs: destination.timeoutSeconds * 1000,
    concurrency: destination.concurrency,
    triesWhenRefused: destination.triesWhenRefused,
    giveUpAfterMs: destination.giveUpAfterDays * DAY_MS,
    keepAnswerExcerpt: destination.keepAnswerExcerpt,
    backoff: { firstMs: destination.firstRetrySeconds * 1000, maxMs: destination.maxRetrySeconds * 1000 },
  };
}
