import { lookup } from "node:dns/promises";
import { hasProxy } from "../../../providers/lifecycle/connections";
import { RelayError, messageOf } from "../../../providers/lifecycle/errors";
import { SIGNATURE_REFUSED } from "../../../receiver/intake";
import { PROBE_EVENT, probeBody } from "../../../receiver/probe";
import { sign, signingSecrets } from "../../../receiver/signature";
import { counted, daysUntil, list } from "../../words";
import { type Finding, checksOf, fail, ok, skip, warn } from "../check";
import { type Answer, type Certificate, ask, certificateOf } from "../http-probe";
import { once } from "../once";
import { isPrivate } from "../private-network";
import type { Subject } from "../subject";

/** Whose secret signs what is sent there, and what else is sent along. */
export interface Sender {
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A URL that events are sent to: by Kustomer, or by a receiver in between. */
export class Endpoint implements Subject {
  readonly kind = "endpoint";
  readonly name: string;

  constructor(
    owner: string,
    readonly url: URL,
    /** Kustomer's side of it; `undefined` for what is behind a receiver, and reached by that one only. */
    readonly sender: Sender | undefined,
    /** Whether Kustomer runs on this machine, as a sandbox does. */
    readonly reachedFromHere: boolean,
  ) {
    // The path may be what keeps others away, so the host has to do.
    this.name = `${owner} → ${url.host}`;
  }

  get isAirkit(): boolean {
    return /^\/internal\/sessions\/v1\/resource\/kustomer\/[^/]+\/receive-message$/.test(this.url.pathname);
  }

  get isBehindReceiver(): boolean {
    return this.sender === undefined;
  }

  private get hostname(): string {
    return this.url.hostname.replace(/^\[|\]$/g, "");
  }

  readonly addresses = once(async (): Promise<string[]> =>
    (await lookup(this.hostname, { all: true })).map(({ address }) => address),
  );

  readonly certificate = once((): Promise<Certificate> => certificateOf(this.hostname, Number(this.url.port || 443)));

  /** To a request whose signature is wrong. Its body is named like no event of Kustomer's, and has no data. */
  readonly answerToWrongSignature = once((): Promise<Answer> => this.post(probeBody(Date.now()), "0".repeat(64)));

  /** A receiver of this package answers a wrong signature in its own words. */
  async isReceiver(): Promise<boolean> {
    const { status, body } = await this.answerToWrongSignature();
    return status === 401 && body.includes(SIGNATURE_REFUSED);
  }

  /** To a probe that is signed as Kustomer signs events. */
  readonly answerToProbe = once(async (): Promise<Answer> => {
    const body = probeBody(Date.now());
    const [key] = signingSecrets([this.sender?.secret ?? ""]);
    if (key === undefined)
      throw new RelayError({ what: "the state has no signing secret", next: "run `pulumi refresh`" });
    return this.post(body, sign(body, key));
  });

  async get(path: string): Promise<Answer> {
    return ask("GET", new URL(path, this.url), {}, null);
  }

  /**
   * What keeps events from arriving, in a few words, or `undefined` where a probe passes. `isCertain` tells whether a probe
   * that was signed passed too: only then it is known that the endpoint has the webhook's secret.
   */
  readonly health = once(async (): Promise<{ readonly trouble: string | undefined; readonly isCertain: boolean }> => {
    const reached = await refusal(this).catch((error: unknown) => fail(messageOf(error), ""));
    if (reached.level === "fail") return { trouble: reached.message, isCertain: false };
    const signed = await agreement(this).catch((error: unknown) => fail(messageOf(error), ""));
    if (signed.level !== "ok")
      return { trouble: signed.level === "fail" ? signed.message : undefined, isCertain: false };
    const ready = await readiness(this).catch((error: unknown) => fail(messageOf(error), ""));
    return { trouble: ready.level === "fail" ? ready.message : undefined, isCertain: true };
  });

  private post(body: Uint8Array, signature: string): Promise<Answer> {
    const headers = {
      ...this.sender?.headers,
      "content-type": "application/json",
      "x-kustomer-webhook-event": PROBE_EVENT,
      "x-kustomer-webhook-signature": signature,
    };
    return ask("POST", this.url, headers, body);
  }
}

const WARN_BEFORE_DAYS = 21;
/** Documented only as "a few seconds" (DOC-OW). */
const FEW_SECONDS_MS = 3000;

export const endpointChecks = checksOf("endpoint", (subject) => subject instanceof Endpoint, [
  {
    name: "endpoint-dns",
    asks: "The host's name leads somewhere, and to an address that Kustomer can reach.",
    remedy: "Correct the DNS record, or the URL.",
    async look(endpoint) {
      const addresses = await endpoint
        .addresses()
        .catch((error: unknown) => String(Reflect.get(Object(error), "code")));
      if (typeof addresses === "string" && hasProxy())
        return skip(
          `not seen: ${endpoint.url.hostname} cannot be resolved here (${addresses}), and need not be where a proxy is set (HTTPS_PROXY)`,
        );
      if (typeof addresses === "string")
        return worse(
          endpoint,
          `${endpoint.url.hostname} cannot be resolved (${addresses})`,
          "correct the DNS record, or the URL",
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
    asks: `The host's certificate is trusted, and valid for more than ${WARN_BEFORE_DAYS} days.`,
    remedy: "Renew it, and find out why that did not happen automatically.",
    needs: ["endpoint-dns"],
    concerns: ({ url }) => url.protocol === "https:",
    async look(endpoint) {
      const { problem, validUntil } = await endpoint.certificate().catch((error: unknown) => ({
        problem: `no TLS connection: ${String(Reflect.get(Object(error), "message"))}`,
        validUntil: Number.NaN,
      }));
      if (problem !== undefined && hasProxy())
        return skip("not seen: no TLS connection from here, and there need be none where a proxy is set (HTTPS_PROXY)");
      if (problem !== undefined)
        return worse(endpoint, `its certificate is not accepted: ${problem}`, "renew or correct it");
      const days = daysUntil(validUntil);
      const message = `its certificate is valid for ${counted(days, "day")}`;
      return days <= WARN_BEFORE_DAYS
        ? warn(message, "renew it, and find out why that did not happen automatically")
        : ok(message);
    },
  },
  {
    name: "endpoint-refuses",
    asks: "The endpoint answers, within a few seconds, and refuses what is wrongly signed (400, 401 or 403). What is sent there could not be taken for an event.",
    remedy:
      "A 404 is another path, a 5xx its own trouble. One that accepts it believes anybody who knows the address: verify `X-Kustomer-Webhook-Signature`.",
    needs: ["endpoint-dns"],
    look: refusal,
  },
  {
    name: "secrets-agree",
    asks: "The receiver verifies what is signed with the webhook's secret. It is asked with a signed probe, which it drops.",
    remedy:
      "Give the receiver the secret that the webhook has now: `pulumi up`, or the file and the variable that it reads.",
    needs: ["endpoint-dns", "endpoint-refuses"],
    concerns: ({ sender }) => sender !== undefined,
    look: agreement,
  },
  {
    name: "receiver-ready",
    asks: "The receiver at the endpoint is healthy and ready: it has its secrets, and its store can be written.",
    remedy: "Its `/readyz` says what is wrong; [receiver.md](receiver.md) has the rest.",
    needs: ["endpoint-dns", "endpoint-refuses"],
    concerns: ({ sender, isAirkit }) => sender !== undefined && !isAirkit,
    look: readiness,
  },
]);

async function refusal(endpoint: Endpoint): Promise<Finding> {
  const answer = await endpoint.answerToWrongSignature().catch((error: unknown) => messageOf(error));
  if (typeof answer === "string")
    return worse(
      endpoint,
      answer,
      `check that it runs, and that its address and port are right${hasProxy() ? "; this machine may ask through a proxy (HTTPS_PROXY, NO_PROXY)" : ""}`,
    );
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
        ? "check that it has a signing secret and room to store events"
        : "look at its log",
    );
  if (![400, 401, 403].includes(status))
    return worse(endpoint, `answers ${status} to a wrong signature`, "check what it expects");
  if (ms > FEW_SECONDS_MS)
    return warn(
      `refuses a wrong signature with ${status}, but after ${ms} ms`,
      "make it faster: Kustomer waits a few seconds",
    );
  return ok(`refuses a wrong signature with ${status}, in ${ms} ms`);
}

async function agreement(endpoint: Endpoint): Promise<Finding> {
  if (endpoint.isAirkit)
    return skip("not asked: what Airkit does with an event that it does not know is documented nowhere");
  if (endpoint.sender === undefined || !(await endpoint.isReceiver()))
    return skip("not asked: it is not a receiver of this package, and might take the probe for an event");
  const { status, body } = await endpoint.answerToProbe();
  if (status === 200 && body.includes('"probe"'))
    return ok("the receiver verifies what the webhook's secret has signed");
  if (status === 401)
    return fail(
      "the receiver does not know the webhook's signing secret: it refuses every event",
      "give it the secret (`pulumi up`, or its file or variable), and let it read it again",
    );
  return fail(`the receiver answers ${status} to a signed probe`, "see its log");
}

async function readiness(endpoint: Endpoint): Promise<Finding> {
  if (!(await endpoint.isReceiver())) return skip("not asked: it is not a receiver of this package");
  const pages = await Promise.all(
    ["/healthz", "/readyz"].map(async (page) => ({ page, ...(await endpoint.get(page)) })),
  );
  const unwell = pages.find(({ status, body }) => status !== 200 && body.includes('"unavailable"'));
  if (unwell !== undefined)
    return fail(`${unwell.page} answers ${unwell.status}: ${problemIn(unwell.body)}`, "see its log");
  const [isHealthy = false, isReady = false] = pages.map(({ status, body }) => status === 200 && body.includes("ok"));
  if (isHealthy && isReady) return ok("healthy and ready");
  if (isHealthy) return ok("healthy; what keeps it from being ready is told on its own listener (`observe`)");
  return skip("its health pages are not beside the webhook: `observe` moves them, and a receiver on AWS has none");
}

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
        "check that the Routing Flow has the webhook's secret; what Airkit answers is documented nowhere, it may verify later",
      )
    : fail(
        `accepts a wrong signature with ${status}: anybody who knows the address can send it events`,
        "let it verify X-Kustomer-Webhook-Signature",
      );
}

function problemIn(body: string): string {
  return /"problem":"([^"]*)"/.exec(body)?.[1] ?? "no reason given";
}
