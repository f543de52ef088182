import { messageOf } from "../../../providers/lifecycle/errors";
import { checksOf, fail, type Finding, ok, skip, warn } from "../check";
import { isPrivate } from "../private-network";
import type { Endpoint } from "../subjects/endpoint";
import { counted, daysUntil, list } from "../words";

const WARN_BEFORE_DAYS = 21;
/** Documented only as "a few seconds" (DOC-OW). */
const FEW_SECONDS_MS = 3000;

export const endpointChecks = checksOf("endpoint", [
  {
    name: "endpoint-dns",
    asks: "The host's name leads somewhere, and to an address that Kustomer can reach.",
    remedy: "Mend the DNS record, or the URL.",
    async look(endpoint) {
      const addresses = await endpoint
        .addresses()
        .catch((error: unknown) => String(Reflect.get(Object(error), "code")));
      if (typeof addresses === "string")
        return worse(
          endpoint,
          `${endpoint.url.hostname} cannot be resolved (${addresses})`,
          "mend the DNS record, or the URL",
        );
      if (!endpoint.reachedFromHere && addresses.every(isPrivate))
        return fail(
          `${list(addresses)} is an address of a private network, which Kustomer cannot reach`,
          "give a public URL",
        );
      return ok(list(addresses));
    },
  },
  {
    name: "endpoint-certificate",
    asks: `The host's certificate is trusted, and good for more than ${WARN_BEFORE_DAYS} days.`,
    remedy: "Renew it, and see why it was not renewed by itself.",
    needs: ["endpoint-dns"],
    concerns: ({ url }) => url.protocol === "https:",
    async look(endpoint) {
      const { problem, validUntil } = await endpoint.certificate().catch((error: unknown) => ({
        problem: `no TLS connection: ${String(Reflect.get(Object(error), "message"))}`,
        validUntil: Number.NaN,
      }));
      if (problem !== undefined)
        return worse(endpoint, `its certificate is not accepted: ${problem}`, "renew or mend it");
      const days = daysUntil(validUntil);
      const message = `its certificate is good for ${counted(days, "day")}`;
      return days <= WARN_BEFORE_DAYS
        ? warn(message, "renew it, and see why it was not renewed by itself")
        : ok(message);
    },
  },
  {
    name: "endpoint-refuses",
    asks: "The endpoint answers, within a few seconds, and refuses what is wrongly signed (400, 401 or 403). What is sent there could not be taken for an event.",
    remedy:
      "A 404 is another path, a 5xx its own trouble. One that accepts it believes anybody who knows the address: verify `X-Kustomer-Webhook-Signature`.",
    needs: ["endpoint-dns"],
    async look(endpoint) {
      const answer = await endpoint.answerToWrongSignature().catch((error: unknown) => messageOf(error));
      if (typeof answer === "string")
        return worse(endpoint, answer, "see that it runs, and that its address and port are right");
      const { status, ms } = answer;
      if (status >= 200 && status < 300) return accepted(endpoint, status);
      if (status === 404 || status === 405 || status === 410 || status === 415)
        return worse(
          endpoint,
          `answers ${status}: no events are taken there`,
          "check the URL, and what is deployed behind it",
        );
      if (status === 429) return warn("answers 429: it is being asked too often", "run it again later");
      if (status >= 500 || (status >= 300 && status < 400))
        return worse(
          endpoint,
          `answers ${status}`,
          status === 503 && !endpoint.isAirkit
            ? "see whether it has a signing secret and room to store events"
            : "see what is wrong there",
        );
      if (![400, 401, 403].includes(status))
        return worse(endpoint, `answers ${status} to a wrong signature`, "see what it expects");
      if (ms > FEW_SECONDS_MS)
        return warn(
          `refuses a wrong signature with ${status}, but after ${ms} ms`,
          "make it faster: Kustomer waits a few seconds",
        );
      return ok(`refuses a wrong signature with ${status}, in ${ms} ms`);
    },
  },
  {
    name: "secrets-agree",
    asks: "The receiver verifies what is signed with the webhook's secret. It is asked with a signed probe, which it drops.",
    remedy:
      "Give the receiver the secret that the webhook has now: `pulumi up`, or the file and the variable that it reads.",
    needs: ["endpoint-dns", "endpoint-refuses"],
    concerns: ({ sender }) => sender !== undefined,
    async look(endpoint) {
      if (endpoint.isAirkit)
        return skip("not asked: what Airkit does with an event it does not know is documented nowhere");
      if (endpoint.sender === undefined || !(await endpoint.isReceiver()))
        return skip("not asked: it is no receiver of this package, and might take the probe for an event");
      const { status, body } = await endpoint.answerToProbe(endpoint.sender);
      if (status === 200 && body.includes('"probe"'))
        return ok("the receiver verifies what the webhook's secret has signed");
      if (status === 401)
        return fail(
          "the receiver does not know the webhook's signing secret: it refuses every event",
          "give it the secret (`pulumi up`, or its file or variable), and let it read it again",
        );
      return fail(`the receiver answers ${status} to a signed probe`, "see its log");
    },
  },
  {
    name: "receiver-ready",
    asks: "The receiver at the endpoint is healthy and ready: it has its secrets, and its store can be written.",
    remedy: "Its `/readyz` says what is wrong; [receiver.md](receiver.md) has the rest.",
    needs: ["endpoint-dns", "endpoint-refuses"],
    concerns: ({ sender, isAirkit }) => sender !== undefined && !isAirkit,
    async look(endpoint) {
      if (!(await endpoint.isReceiver())) return skip("not asked: it is no receiver of this package");
      const pages = await Promise.all(
        ["/healthz", "/readyz"].map(async (page) => ({ page, ...(await endpoint.get(page)) })),
      );
      const unwell = pages.find(({ status, body }) => status !== 200 && body.includes('"unavailable"'));
      if (unwell !== undefined)
        return fail(`${unwell.page} answers ${unwell.status}: ${problemIn(unwell.body)}`, "see its log");
      if (pages.some(({ status, body }) => status !== 200 || !body.includes('"ok"')))
        return skip(
          "its health pages are not beside the webhook: `observe` puts them elsewhere, and a receiver on AWS has none",
        );
      return ok("healthy and ready");
    },
  },
]);

/** What is behind a receiver may be reachable by that one only. */
function worse({ isBehindReceiver }: Endpoint, message: string, next: string): Finding {
  return isBehindReceiver
    ? warn(`${message}, seen from here`, `if the receiver sees the same: ${next}`)
    : fail(message, next);
}

function accepted(endpoint: Endpoint, status: number): Finding {
  return endpoint.isAirkit
    ? warn(
        `Airkit answers ${status} to a wrong signature`,
        "see that the Routing Flow has the webhook's secret; what Airkit answers is documented nowhere, it may verify later",
      )
    : fail(
        `accepts a wrong signature with ${status}: whoever knows the address can send it events`,
        "let it verify X-Kustomer-Webhook-Signature",
      );
}

function problemIn(body: string): string {
  return /"problem":"([^"]*)"/.exec(body)?.[1] ?? "no reason given";
}
