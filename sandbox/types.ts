import type { AirkitKind } from "./airkit/forms";
import type { AirkitObject } from "./airkit/object";
import type { ProfileChoice } from "./profile";

export interface SandboxOptions {
  /** Listens on 127.0.0.1 only; 0 (the default) takes any free port. */
  port?: number;
  /** JSON file the state is kept in, so that it survives restarts. It holds keys and secrets in clear, readable by its owner only. */
  stateFile?: string;
  /** How to answer where Kustomer's documentation does not say; a partial profile overrides the `documented` preset. */
  profile?: ProfileChoice;
  /** The organisation's name; `sandbox` by default. */
  organisation?: string;
  /** Whether the issuer gives the same key again for an idempotency key that is repeated; `true` by default, as its contract asks. */
  issuerRepeats?: boolean;
  /** Whether lists of Airkit's console API name the organisation; `true` by default. */
  consoleNamesOrganisation?: boolean;
  /** Token of the seeded administrator's key; generated when left out. */
  managementKey?: string;
  /** How many user-made outbound webhooks an org may have; 5 by default, as documented. */
  webhookLimit?: number | false;
  /** Requests per window and org; 1000 by default, the documented Enterprise budget. */
  rateLimit?: number | false;
  rateWindowMs?: number;
  /** 1 is real time; with 60 a minute of the retry schedule passes in a second. */
  timeScale?: number;
  /** How long Kustomer waits for an endpoint's answer. Documented only as "a few seconds"; 5000 by default, never scaled. */
  deliveryTimeoutMs?: number;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`: Kustomer under /v1, Airkit under /internal/sessions/v1, Airkit's console API under /airkit-console/v1, the issuer under /issuer/keys, control under /sandbox. */
  readonly url: string;
  readonly managementKey: string;
  /** Which organisation this is. */
  readonly organisation: { readonly id: string; readonly name: string };
  /** The issuer's collection, `<url>/issuer/keys`. */
  readonly issuerUrl: string;
  readonly issuerToken: string;
  /** The base of Airkit's console API, and the token that opens it. */
  readonly airkitConsoleUrl: string;
  readonly airkitToken: string;
  /** Every request in the order of arrival, except those to the control endpoints. */
  readonly requests: readonly RequestRecord[];
  clearRequests(): void;

  /** Copies of all outbound webhooks, in the order they were made. */
  webhooks(): WebhookRecord[];
  /** Makes a webhook as a person in the console would, counting towards the limit unless `createdByApp`. */
  createWebhook(fields: Partial<WebhookRecord>): WebhookRecord;
  /** Changes any field behind the API's back. */
  editWebhook(id: string, patch: Partial<WebhookRecord>): WebhookRecord;
  removeWebhook(id: string): void;

  keys(): KeyRecord[];
  createKey(fields: NewKey): KeyRecord & { token: string };
  editKey(id: string, patch: Partial<NewKey>): KeyRecord;
  revokeKey(id: string): void;

  /** Orders a misbehaviour; faults are tried in the order they were given, at most one per request. */
  fault(fault: Fault): void;
  clearFaults(): void;

  /** A Kustomer event happens: delivered to every enabled webhook subscribed to it. Resolves to the event's id once the first attempts ended; retries go on in the background. */
  send(eventName: string, data?: EventData): Promise<string>;
  /** What arrived at the Airkit end. */
  received(): ReceivedRecord[];
  /** Adds a signing secret that the Airkit end accepts for a Resource. */
  expectSecret(resourceId: string, secret: string): void;
  /** Forgets the signing secrets of a Resource. */
  forgetSecrets(resourceId: string): void;

  /** Copies of what is in Airkit's console, secret fields included, in the order it was made. */
  airkitObjects(kind: AirkitKind): AirkitObject[];
  /** Fills a form as a person would, without its checks. */
  createAirkitObject(kind: AirkitKind, fields: Record<string, unknown>): AirkitObject;
  /** Changes any field behind the API's back. */
  editAirkitObject(kind: AirkitKind, id: string, patch: Record<string, unknown>): AirkitObject;
  /** Also what is in use. */
  removeAirkitObject(kind: AirkitKind, id: string): void;

  transactions(webhookId?: string): TransactionRecord[];
  /** Deliveries under way or to be tried again; and since it was started, attempts that failed, and deliveries given up after their last. */
  deliveries(): { waiting: number; failed: number; givenUp: number };

  /** The most requests that Kustomer saw in one rate-limit window, refused ones included. */
  peakRequestsPerWindow(): number;
  /** Stops listening; leaves no timer and no socket behind. */
  close(): Promise<void>;
}

export type SystemName = "kustomer" | "airkit" | "issuer";

export interface RequestRecord {
  /** Epoch milliseconds of arrival. */
  at: number;
  system: SystemName;
  method: string;
  /** Without the query. */
  path: string;
  query?: string;
  /** 0 until answered, and for ever when the connection was dropped instead. */
  status: number;
  /** Parsed when it is JSON, else the text. */
  body?: unknown;
  /** Id of the Kustomer key that the request carried. */
  key?: string;
}

export interface WebhookHeader {
  name: string;
  value: string;
}

export interface WebhookRecord {
  id: string;
  name: string;
  url: string;
  events: string[];
  headers: WebhookHeader[];
  enabled: boolean;
  isError: boolean;
  /** Signing secret. */
  token: string;
  createdAt: string;
  updatedAt: string;
  /** User who made it. */
  createdBy: string;
  createdByApp?: boolean;
}

export interface NewKey {
  name: string;
  roles: string[];
  /** ISO date; null or left out for a key that never expires. */
  expiresAt?: string | null;
}

export interface KeyRecord {
  id: string;
  name: string;
  roles: string[];
  expiresAt: string | null;
  userType: "machine" | "user";
  userId: string;
  lastTokenChars: string;
  createdAt: string;
  updatedAt: string;
  lastAccessedAt: string | null;
  /** Set on keys that came from the issuer. */
  owner?: string;
  /** Under which an issued key was asked for. */
  idempotencyKey?: string;
}

export interface TransactionRecord {
  id: string;
  webhookId: string;
  eventName: string;
  eventId: string;
  /** 1 for the first delivery, 8 for the last retry. */
  attempt: number;
  /** Epoch milliseconds. */
  sentAt: number;
  succeeded: boolean;
  /** HTTP status of the endpoint, or why there was none. */
  outcome: number | string;
  /** Epoch milliseconds, null when no further attempt follows. */
  nextRetry: number | null;
}

/** What an event is about; whatever is left out comes from a sample resource. */
export interface EventData {
  id?: string;
  attributes?: Record<string, unknown>;
  relationships?: Record<string, unknown>;
  changes?: Record<string, unknown>;
}

export interface ReceivedRecord {
  at: number;
  resourceId: string;
  /** From the header X-Kustomer-Webhook-Event. */
  eventName: string | undefined;
  /** True only when the signature matched a secret given for this Resource. */
  verified: boolean;
  status: number;
  eventId: string | undefined;
  /** Parsed JSON, or the text when it is not JSON. */
  body: unknown;
  /** The body as it arrived, for comparing byte by byte. */
  raw: string;
  headers: Record<string, string>;
}

export interface FaultScope {
  on: {
    method?: string;
    /** A text is the whole path, without the query. */
    path?: RegExp | string;
  };
  /** How often it strikes; 1 by default. */
  times?: number;
  /** How many matching requests to let pass first. */
  after?: number;
}

export type Misbehaviour =
  | { kind: "status"; status: number; body?: unknown }
  /** 429; `resetHeader: false` leaves out when the window ends. */
  | { kind: "rate-limited"; resetHeader?: boolean }
  /** The socket is destroyed before, or after, the request took effect. */
  | { kind: "drop-before" }
  | { kind: "drop-after" }
  /** Takes effect at once, answers late. */
  | { kind: "slow"; ms: number }
  /** Takes effect late: whoever waits is answered then, or, with a `status`, is answered that at once. */
  | { kind: "late"; ms: number; status?: number }
  /** Takes effect at once, but the webhook that was created is shown to nobody for a while, as by a replica that lags. */
  | { kind: "lagging"; ms: number }
  /** Takes effect, answers 200 with broken JSON, or with no body. */
  | { kind: "garbage" }
  | { kind: "empty" }
  /** Signing secrets in the answer are masked. */
  | { kind: "masked-token" }
  /** The webhook that was created or enabled turns itself off shortly after (50 ms by default). */
  | { kind: "switch-off"; afterMs?: number }
  | { kind: "wrong-region" }
  | { kind: "expired" };

export type Fault = FaultScope & Misbehaviour;
