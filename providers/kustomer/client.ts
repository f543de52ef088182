import { setTimeout as sleep } from "node:timers/promises";
import type { Http } from "../lifecycle/http";
import { RelayError } from "../lifecycle/errors";
import { SharedAnswer } from "../lifecycle/shared-answer";
import { understand } from "../lifecycle/understand";
import { unlessCancelled } from "../lifecycle/wait";
import {
  KUSTOMER,
  type AuthTokenData,
  type OutboundWebhookData,
  type TransactionData,
  authTokenList,
  oneAuthToken,
  oneOutboundWebhook,
  outboundWebhookList,
  roleList,
  subscribableEvents,
  transactionList,
} from "./answers";
import type { Place } from "../lifecycle/organisation";
import { Calls, isMissing } from "./calls";
import { placeOfKey } from "./place";

/** Every writable field. PATCH always sends all of them, since no document says whether it merges or replaces. */
export interface OutboundWebhookBody {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly enabled: boolean;
}

/** User-made webhooks per organisation (HELP-OW); `kustomer:webhookLimit` says where that is not so. */
export const USUAL_WEBHOOK_LIMIT = 5;

const WEBHOOKS = "/v1/outbound-webhooks";
const TOKENS = "/v1/auth/tokens";

const WEBHOOK_ROLE = "org.permission.outbound_webhook";
const SECURITY_ROLE = "org.permission.security";

/** How long things take to show. */
export interface Timing {
  /** For how long a webhook that was just made may be shown by nobody: reads may be answered by a replica that lags. */
  readonly lagMs: number;
  /** When to look whether a POST was done whose fate is unknown, one look after the other. */
  readonly looksAfterMs: readonly number[];
}

const USUAL_TIMING: Timing = { lagMs: 10_000, looksAfterMs: [0, 1000, 3000] };

/** Every operation of a run looks through all webhooks of its organisation. */
export type WebhookLists = SharedAnswer<readonly OutboundWebhookData[]>;

export interface ClientOptions {
  readonly webhookLimit?: number;
  readonly timing?: Timing;
  /** Shared by what reaches the same organisation with the same key. */
  readonly webhooks?: WebhookLists;
}

const LOOK_AGAIN_MS = 1000;

/** Kustomer's REST API as its reference tells it, as far as a relay needs it. `undefined` stands for what is not there. */
export class KustomerClient {
  /** Where the settings lead, as far as they tell without asking. */
  readonly settingsPlace: Omit<Place, "organisation">;
  readonly webhookLimit: number;
  readonly timing: Timing;
  private readonly calls: Calls;
  private readonly webhooks: WebhookLists;

  constructor(
    private readonly http: Http,
    private readonly apiKey: string,
    { webhookLimit = USUAL_WEBHOOK_LIMIT, timing = USUAL_TIMING, webhooks = new SharedAnswer() }: ClientOptions = {},
  ) {
    this.settingsPlace = placeOfKey(apiKey, http.baseUrl);
    this.webhookLimit = webhookLimit;
    this.timing = timing;
    this.calls = new Calls(http, apiKey);
    this.webhooks = webhooks;
  }

  /** Where answers came from, by what they themselves say. */
  placeOf(answers: readonly { readonly organisation: string }[]): Place {
    return {
      ...this.settingsPlace,
      organisation: answers.find(({ organisation }) => organisation !== "")?.organisation ?? "",
    };
  }

  /** The same, and where neither they nor the key tell what can be compared, the key's own entry is asked for. */
  async comparablePlace(answers: readonly { readonly organisation: string }[], known: Partial<Place>): Promise<Place> {
    const place = this.placeOf(answers);
    const byKey = place.keyOrganisation !== "" && (known.keyOrganisation ?? "") !== "";
    if (place.organisation !== "" || byKey) return place;
    return this.placeOf([await this.currentAuthToken(this.apiKey)]);
  }

  /** The organisation's address. */
  get baseUrl(): string {
    return this.http.baseUrl;
  }

  /** Tells one organisation and key from others; holds the key, so it is never shown. */
  get credential(): string {
    return `${this.http.baseUrl} ${this.apiKey}`;
  }

  /** Not paginated (OAS), but a `next` link would be followed. */
  listOutboundWebhooks(): Promise<readonly OutboundWebhookData[]> {
    const call = { doing: "list outbound webhooks", path: WEBHOOKS, role: `${WEBHOOK_ROLE}.read` };
    const { signal } = this.http;
    const answer = this.webhooks.ask(
      (shared) => this.calls.list({ ...call, signal: shared }, outboundWebhookList),
      signal,
    );
    return unlessCancelled(answer, call.doing, signal, KUSTOMER.name);
  }

  getOutboundWebhook(id: string): Promise<OutboundWebhookData | undefined> {
    return this.calls.find(
      {
        doing: `read outbound webhook ${id}`,
        path: `${WEBHOOKS}/${encodeURIComponent(id)}`,
        role: `${WEBHOOK_ROLE}.read`,
      },
      oneOutboundWebhook,
    );
  }

  /** `undefined` when the answer does not show it: the webhook exists, look for it. Not idempotent. */
  async createOutboundWebhook(body: OutboundWebhookBody): Promise<OutboundWebhookData | undefined> {
    const doing = `create outbound webhook "${body.name}"`;
    const answer = await this.calls.send({
      doing,
      method: "POST",
      path: WEBHOOKS,
      body,
      role: `${WEBHOOK_ROLE}.create`,
    });
    return oneOutboundWebhook.safeParse(answer.body).data;
  }

  /** PATCH, then what it has become; `undefined` when there is no such webhook. */
  async updateOutboundWebhook(id: string, body: OutboundWebhookBody): Promise<OutboundWebhookData | undefined> {
    const doing = `update outbound webhook "${body.name}" (${id})`;
    const answer = await this.calls.send({
      doing,
      method: "PATCH",
      path: `${WEBHOOKS}/${encodeURIComponent(id)}`,
      body,
      role: `${WEBHOOK_ROLE}.update`,
      missing: true,
    });
    if (isMissing(answer)) return undefined;
    return answer.body === undefined
      ? await this.getOutboundWebhook(id)
      : understand(KUSTOMER, doing, oneOutboundWebhook, answer.body);
  }

  /** Also succeeds when it is gone already, which a 404 alone does not prove: what stands between may answer that. */
  async deleteOutboundWebhook(id: string): Promise<void> {
    const doing = `delete outbound webhook ${id}`;
    const answer = await this.calls.send({
      doing,
      method: "DELETE",
      path: `${WEBHOOKS}/${encodeURIComponent(id)}`,
      role: `${WEBHOOK_ROLE}.delete`,
      missing: true,
    });
    if (isMissing(answer)) await this.requireGone(id, doing, answer.status);
  }

  async listSubscribableEvents(): Promise<string[]> {
    const doing = "list subscribable events";
    const answer = await this.calls.send({ doing, path: `${WEBHOOKS}/events`, role: `${WEBHOOK_ROLE}.read` });
    return understand(KUSTOMER, doing, subscribableEvents, answer.body);
  }

  /** The latest delivery attempts of one webhook, in no promised order. */
  listTransactions(webhookId: string): Promise<TransactionData[]> {
    return this.calls.list(
      {
        doing: `list delivery attempts of outbound webhook ${webhookId}`,
        path: `${WEBHOOKS}/${encodeURIComponent(webhookId)}/transactions`,
        role: `${WEBHOOK_ROLE}.read`,
      },
      transactionList,
    );
  }

  /** API keys are the tokens of machine users. */
  listApiKeys(): Promise<AuthTokenData[]> {
    return this.calls.list(
      { doing: "list API keys", path: `${TOKENS}?userType=machine&page=1&pageSize=100`, role: SECURITY_ROLE },
      authTokenList,
    );
  }

  /** The credential the request is made with: works whatever its roles (DOC-QS). */
  async currentAuthToken(token = this.apiKey): Promise<AuthTokenData> {
    const doing = `read ${token === this.apiKey ? "the management key" : "the API key"}`;
    const answer = await this.calls.send({ doing, path: `${TOKENS}/current`, bearer: token });
    return understand(KUSTOMER, doing, oneAuthToken, answer.body);
  }

  getAuthToken(id: string): Promise<AuthTokenData | undefined> {
    return this.calls.find(
      { doing: `read API key ${id}`, path: `${TOKENS}/${encodeURIComponent(id)}`, role: SECURITY_ROLE },
      oneAuthToken,
    );
  }

  async revokeAuthToken(id: string): Promise<void> {
    await this.calls.send({
      doing: `revoke API key ${id}`,
      method: "DELETE",
      path: `${TOKENS}/${encodeURIComponent(id)}`,
      role: SECURITY_ROLE,
      missing: true,
    });
  }

  /** Any valid credential may revoke itself (API-TOKDC). */
  async revokeCurrentAuthToken(token: string): Promise<void> {
    await this.calls.send({ doing: "revoke the API key", method: "DELETE", path: `${TOKENS}/current`, bearer: token });
  }

  listRoles(): Promise<string[]> {
    return this.calls.list({ doing: "list roles", path: "/v1/auth/roles", role: SECURITY_ROLE }, roleList);
  }

  /** A list may show for a while what is gone. */
  private async requireGone(id: string, doing: string, status: number): Promise<void> {
    const { signal } = this.http;
    const shownUntil = Date.now() + this.timing.lagMs;
    while ((await this.listOutboundWebhooks()).some((webhook) => webhook.id === id)) {
      if (Date.now() >= shownUntil)
        throw new RelayError({
          doing,
          what: `Kustomer at ${this.baseUrl} answered ${status}, as if it were gone, and lists it`,
          next: "nothing was deleted: check what stands between this machine and Kustomer, a proxy for example, then run it again",
          status,
        });
      await unlessCancelled(sleep(Math.min(LOOK_AGAIN_MS, this.timing.lagMs), undefined, { signal }), doing, signal);
    }
  }
}
