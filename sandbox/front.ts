import { consoleBase } from "./airkit/console";
import { answerInstead, masked } from "./fault-answers";
import type { Faults } from "./faults";
import type { Answer, Incoming } from "./http";
import { bearerToken, parseJson } from "./http";
import type { Keys } from "./keys";
import type { Kustomer } from "./kustomer";
import type { RateLimit } from "./kustomer/rate-limit";
import type { Outcome } from "./listener";
import { isPage, pageFile } from "./page/files";
import type { Profile } from "./profile";
import type { Store } from "./store";
import type { Timers } from "./timers";
import type { Misbehaviour, RequestRecord, SystemName } from "./types";
import type { Webhooks } from "./webhooks";

interface Parts {
  requests: RequestRecord[];
  store: Store;
  keys: Keys;
  webhooks: Webhooks;
  faults: Faults;
  timers: Timers;
  profile: Profile;
  rateLimit: RateLimit;
  kustomer: Kustomer;
  airkit: { handle(incoming: Incoming): Answer };
  issuer: { handle(incoming: Incoming): Answer };
  control: { handle(incoming: Incoming): Promise<Answer> };
}

/** Stands before the systems: keeps the request log and lets the ordered faults strike. */
export class Front {
  constructor(private readonly parts: Parts) {}

  async answer(incoming: Incoming): Promise<Outcome> {
    if (incoming.path === "/sandbox" || incoming.path.startsWith("/sandbox/")) {
      const answer = await this.parts.control.handle(incoming);
      this.parts.store.flush();
      return answer;
    }
    if (isPage(incoming.method, incoming.path)) return pageFile(incoming.path);
    const record = this.#record(incoming);
    const outcome = await this.#underFaults(incoming, record.system);
    this.parts.store.flush();
    record.status = outcome === "drop" ? 0 : outcome.status;
    return outcome;
  }

  async #underFaults(incoming: Incoming, system: SystemName): Promise<Outcome> {
    const { faults, profile, rateLimit } = this.parts;
    const fault = faults.take(incoming.method, incoming.path);
    if (fault === undefined) return this.#finish(this.#handle(incoming, system), system);
    if (fault.kind === "drop-before") return "drop";
    if (fault.kind === "late") return this.#late(fault, incoming, system);
    const instead = answerInstead(fault, profile, rateLimit);
    if (instead !== undefined) {
      if (system === "kustomer") rateLimit.admit();
      return this.#finish(instead, system);
    }
    return this.#afterEffect(fault, this.#finish(this.#handle(incoming, system), system));
  }

  /** Has its effect also when whoever asked has gone away meanwhile. */
  async #late(
    { ms, status }: { ms: number; status?: number },
    incoming: Incoming,
    system: SystemName,
  ): Promise<Outcome> {
    const { timers, profile, rateLimit, store } = this.parts;
    const happen = (): Answer => {
      const answer = this.#finish(this.#handle(incoming, system), system);
      store.flush();
      return answer;
    };
    if (status !== undefined) {
      timers.after(ms, happen);
      return this.#finish(answerInstead({ kind: "status", status }, profile, rateLimit) ?? { status }, system);
    }
    await timers.sleep(ms);
    return happen();
  }

  async #afterEffect(fault: Misbehaviour, answer: Answer): Promise<Outcome> {
    const kept = { status: 200, ...(answer.headers === undefined ? {} : { headers: answer.headers }) };
    switch (fault.kind) {
      case "drop-after":
        return "drop";
      case "slow":
        this.parts.store.flush();
        await this.parts.timers.sleep(fault.ms);
        return answer;
      case "garbage":
        return { ...kept, text: '{"data": {"id": ' };
      case "empty":
        return { ...kept, text: "" };
      case "masked-token":
        return masked(answer, this.parts.profile);
      case "lagging":
        if (answer.webhookId !== undefined) this.parts.webhooks.hide(answer.webhookId, fault.ms);
        return answer;
      case "switch-off":
        this.#switchOffLater(answer, fault.afterMs ?? 50);
        return answer;
      default:
        return answer;
    }
  }

  #switchOffLater({ webhookId }: Answer, afterMs: number): void {
    const { timers, webhooks, profile } = this.parts;
    if (webhookId === undefined || webhooks.find(webhookId)?.enabled !== true) return;
    timers.after(afterMs, () => {
      const webhook = webhooks.find(webhookId);
      if (webhook !== undefined) webhooks.edit(webhook, { enabled: false, isError: profile.switchOffIsError });
    });
  }

  #handle(incoming: Incoming, system: SystemName): Answer {
    return this.parts[system].handle(incoming);
  }

  #finish(answer: Answer, system: SystemName): Answer {
    return system === "kustomer" ? this.parts.kustomer.finish(answer) : answer;
  }

  #record({ method, path, query, headers, raw }: Incoming): RequestRecord {
    const system = systemOf(path);
    const key = system === "kustomer" ? this.parts.keys.byToken(bearerToken(headers))?.id : undefined;
    const record: RequestRecord = {
      at: Date.now(),
      system,
      method,
      path,
      status: 0,
      ...(query.size === 0 ? {} : { query: query.toString() }),
      ...(raw.length === 0 ? {} : { body: parseJson(raw) ?? raw.toString("utf8") }),
      ...(key === undefined ? {} : { key }),
    };
    this.parts.requests.push(record);
    return record;
  }
}

function systemOf(path: string): SystemName {
  if (path.startsWith("/internal/") || path.startsWith(`${consoleBase}/`)) return "airkit";
  return path.startsWith("/issuer/") ? "issuer" : "kustomer";
}
