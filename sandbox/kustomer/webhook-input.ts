import { isLoopback, isRecord } from "../http";
import type { Profile } from "../profile";
import type { WebhookHeader, WebhookRecord } from "../types";
import { subscribableEvents } from "./catalogue";
import { badRequest } from "./errors";

export type WritableFields = Pick<WebhookRecord, "name" | "url" | "events" | "headers" | "enabled">;

const writable = ["name", "url", "events", "headers", "enabled"];

/**
 * A webhook's writable fields, read from a request body. Documented (DOC-OW, API-OWL): name, url and events are
 * required, headers are not; that `enabled` is true by default is inferred. `current` stands in for what is left out.
 */
export function readWebhook(body: unknown, profile: Profile, current: Partial<WritableFields>): WritableFields {
  const fail = (message: string): Error => badRequest(profile, "apps-platform", message);
  if (!isRecord(body)) throw fail("The body must be a JSON object");
  const unknown = Object.keys(body).find((key) => !writable.includes(key));
  if (unknown !== undefined && profile.unknownAttributes === "rejected") throw fail(`${unknown} is not allowed`);

  const name = "name" in body ? body.name : current.name;
  if (typeof name !== "string" || name === "") throw fail("name is required");
  if (name.length > 255) throw fail("name must be at most 255 characters");

  const url = "url" in body ? body.url : current.url;
  if (typeof url !== "string" || !isAcceptedUrl(url)) throw fail("url must be an https:// URL");
  if (profile.urlLimit !== false && url.length > profile.urlLimit) throw fail("url must be at most 255 characters");

  const events = "events" in body ? body.events : current.events;
  if (!isEventList(events)) throw fail("events must be 1 to 12 names of subscribable events");

  const headers = "headers" in body ? body.headers : (current.headers ?? []);
  if (!isHeaderList(headers)) throw fail("headers must be an array of objects with name and value");

  const enabled = "enabled" in body ? body.enabled : (current.enabled ?? true);
  if (typeof enabled !== "boolean") throw fail("enabled must be a boolean");

  return { name, url, events: [...events], headers: headers.map((header) => stored(header, profile)), enabled };
}

/** Documented: https only. This sandbox also takes http to the loopback interface, so that it can be used without TLS. */
function isAcceptedUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
}

function isEventList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 12 &&
    value.every((name) => typeof name === "string" && subscribableEvents.includes(name))
  );
}

function isHeaderList(value: unknown): value is WebhookHeader[] {
  return (
    Array.isArray(value) &&
    value.every((header) => isRecord(header) && typeof header.name === "string" && typeof header.value === "string")
  );
}

const stored = ({ name, value }: WebhookHeader, profile: Profile): WebhookHeader => ({
  name: profile.storedHeaderNames === "kept" ? name : name.toLowerCase(),
  value,
});
