import { type TransactionData, momentOf } from "../../providers/kustomer/answers";
import { outcomeOf } from "../../providers/kustomer/outbound-webhook/transactions";
import { DAY_MS, counted, lasting, list } from "../words";
import { type Finding, fail, ok, warn } from "./check";

/** In that time Kustomer has tried again more than once, where something is to be tried again. */
const NOW_MS = 10 * 60_000;

/** What is known of the webhook's endpoint, as `Endpoint.health` tells it. */
interface Health {
  readonly trouble: string | undefined;
  readonly isCertain: boolean;
}

/** What Kustomer's log of a webhook's latest attempts says, read together with what its endpoint answers now. */
export async function judgeDeliveries(
  attempts: readonly TransactionData[],
  health: () => Promise<Health | undefined>,
): Promise<Finding> {
  const recent = attempts
    .filter((attempt) => timeOf(attempt) === 0 || Date.now() - timeOf(attempt) < DAY_MS)
    .sort((one, other) => timeOf(other) - timeOf(one));
  const [latest] = recent;
  if (latest === undefined) return ok("none was attempted in 24 hours");
  const failed = recent.filter((attempt) => outcomeOf(attempt) === "failed");
  if (failed.length === 0)
    return unclear(recent) ?? ok(`${counted(recent.length, "attempt")} in 24 hours, all delivered`);
  // That it failed is said already.
  const words = list(new Set(failed.flatMap(({ status = "failed" }) => (status === "failed" ? [] : status))));
  const summary = `${failed.length} of ${counted(recent.length, "attempt")} in 24 hours failed${words === "" ? "" : ` (${words})`}`;
  const lost = lostIn(failed);
  if (outcomeOf(latest) !== "failed")
    return warn(
      `${summary}, the latest arrived${lost}`,
      "find out what was wrong at the endpoint; Kustomer tries again what it has not given up",
    );
  const before = `${summary}, the latest ${ago(timeOf(latest))}${lost}`;
  const now = await health();
  if (now === undefined) return fail(before, "correct the webhook's URL");
  if (now.trouble !== undefined)
    return fail(`${before}; the endpoint: ${now.trouble}`, "correct the endpoint: Kustomer gives up after 64 minutes");
  if (now.isCertain) return ok(`the endpoint takes events again; before that, ${before}`);
  // An endpoint that has another secret refuses a wrong signature just as well as one that has the right one.
  if (/^40[013]\b/.test(latest.status ?? ""))
    return fail(
      `${before}; the endpoint refuses what Kustomer signs`,
      "it probably has another signing secret: give it the webhook's again",
    );
  if (/^[1-5]\d\d\b|time.?out|refused/i.test(latest.status ?? ""))
    return ok(`the endpoint answers again; before that, ${before}`);
  // The log does not say why: it may have been down, or it may have another secret, which no probe of ours can tell.
  const isNow = Date.now() - timeOf(latest) < NOW_MS;
  return (isNow ? fail : warn)(
    `${before}; the endpoint answers a probe`,
    "if the next event fails too, the endpoint has another signing secret: give it the webhook's again",
  );
}

/** The log tells by an empty `nextRetry` that an event was given up; where it has none at all, it does not tell. */
function lostIn(failed: readonly TransactionData[]): string {
  const givenUp = failed.filter(({ nextRetry }) => nextRetry === null).length;
  return givenUp === 0 ? "" : `; Kustomer gave up ${counted(givenUp, "event")}, lost unless sent again`;
}

function unclear(recent: readonly TransactionData[]): Finding | undefined {
  const unknown = recent.filter((attempt) => outcomeOf(attempt) === "unknown");
  if (unknown.length === 0) return undefined;
  return warn(
    `Kustomer says of ${unknown.length} of ${counted(recent.length, "attempt")}: ${list(new Set(unknown.map(({ status = "nothing" }) => status)))}`,
    "check whether these arrived",
  );
}

function timeOf({ sentAt }: TransactionData): number {
  return momentOf(sentAt);
}

function ago(at: number): string {
  return at === 0 ? "at an unknown time" : `${lasting(Date.now() - at)} ago`;
}
