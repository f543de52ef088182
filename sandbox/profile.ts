/**
 * Every choice that Kustomer's documentation leaves open, or states in one place only. A client that works with both
 * presets relies on none of them.
 */
export interface Profile {
  /** Status of a successful POST of a webhook. Not documented. */
  createStatus: 200 | 201;
  /** Answer to DELETE. The OpenAPI has no success schema for it. */
  deleteAnswer: "204-empty" | "200-body";
  /** Answer to PATCH. The OpenAPI lists the full resource; no second source confirms it. */
  updateAnswer: "full" | "empty";
  /** `data.type` of an outbound webhook. Typed as a string only. */
  webhookType: string;
  /** `data.type` of a delivery transaction. Typed as a string only. */
  transactionType: string;
  /** `data.type` of an auth token. Typed as a string only. */
  tokenType: string;
  /** Attributes and top-level keys that no document mentions. */
  extraAttributes: boolean;
  /** Whether empty `headers`, a false `isError` and the `updatedAt` of a never changed webhook are spelled out. */
  optionalAttributes: "always" | "omitted";
  /**
   * What names the organisation: API keys, being JWTs (documented; their claims are observed), and the relationships of
   * webhooks and tokens (documented).
   */
  organisationNamedBy: "keys-and-objects" | "objects" | "keys" | "nothing";
  /** Whether the webhook of an installed app names the app among its relationships. Not documented. */
  appOfWebhook: "unsaid" | "named";
  /** Order of lists. Not documented. */
  listOrder: "insertion" | "reverse" | "shuffled";
  /** Order of a webhook's `events` and `headers` in answers. Not documented. */
  arrayOrder: "kept" | "reversed";
  /** Spelling of response header names on the wire. */
  responseHeaderCase: "lower" | "title";
  /** Spelling of the two X-Kustomer headers of a delivery on the wire. */
  deliveryHeaderCase: "title" | "lower";
  /** How the names of a webhook's custom headers are stored. Not documented. */
  storedHeaderNames: "kept" | "lower-cased";
  /** Whether PATCH leaves omitted attributes alone, or puts optional ones to their default and asks for required ones. */
  patch: "merges" | "replaces";
  /** What becomes of attributes of a request that are not a webhook's. Not documented. */
  unknownAttributes: "ignored" | "rejected";
  /** Whether enabling a webhook again clears `isError`. Not documented. */
  isErrorOnEnable: "clears" | "stays";
  /** Whether a webhook that switches itself off right after registration also carries `isError`. Not documented. */
  switchOffIsError: boolean;
  /** Body of a 404. Some non-2xx answers are known to be empty. */
  notFoundBody: "errors" | "empty";
  /** Whether an error of the webhook operations has the optional `detail`. */
  errorDetail: "present" | "omitted";
  /** Status of the create that exceeds the webhook limit. Not documented. */
  limitStatus: 400 | 403 | 409 | 422;
  /** Shape of 401 and 429, which are answered before any operation is reached: the main or the webhooks' shape. */
  gatewayErrorShape: "code-message" | "status-title";
  /** Status of the wrong-region answer; only its message is documented. */
  wrongRegionStatus: 401 | 403;
  /** Header that carries the request's id, if any. Not documented. */
  requestIdHeader: string | false;
  /** Whether 429 has Retry-After. Never mentioned in the documentation. */
  retryAfter: boolean;
  /** "Most APIs" send x-ratelimit-*: on all answers, or on every other one and never on 429. */
  rateLimitHeaders: "always" | "sometimes";
  contentType: string;
  /** Longest `url` of a webhook. One generated catalogue says 255. */
  urlLimit: 255 | false;
  /** Unit of a transaction's `sentAt`. Typed as a number only. */
  sentAtUnit: "seconds" | "milliseconds";
  /** Spelling of a transaction's `nextRetry`. Typed as a string or null only. */
  nextRetryFormat: "iso" | "epoch";
  /** Words of a transaction's `status`. Typed as a string only. */
  transactionStatus: "outcome" | "http-status";
  /** Whether waiting retries are given up when their webhook is disabled, or go on all the same. Not documented. */
  retriesWhileDisabled: "dropped" | "kept";
  /** Form of the server-made signing secret. Not documented. */
  signingSecret: "hex" | "uuid";
  /** How a masked signing secret looks (fault `masked-token` only; no document says that Kustomer masks it). */
  maskedToken: "stars" | "tail";
  /** Attribute with a token's expiry. Not in the OpenAPI; one connector calls it `expireAt`. */
  tokenExpiry: "expireAt" | "absent";
  /** Whether `meta` of a paged list has the optional `total` and `totalPages`. */
  pagingTotals: boolean;
  /** Who may read /v1/auth/roles. Not documented. */
  rolesReadableBy: "any-credential" | "security";
  /** `changes` of a create event: the catalogue shows null, a captured event has no such key. */
  changesOnCreate: "null" | "missing";
  /** Whether the event envelope has `orgName`. Seen in one of two captured events. */
  envelopeOrgName: boolean;
}

/** A preset, or what differs from the `documented` one. */
export type ProfileChoice = Partial<Profile> | "documented" | "contrary";
