import { SettingsError } from "../lifecycle/errors";
import { Http } from "../lifecycle/http";
import { isHttpsOrLoopback } from "../lifecycle/addresses";
import { remember } from "../lifecycle/secrets";
import type { Place } from "../lifecycle/organisation";
import type { Run } from "../lifecycle/run";
import type { Settings } from "../lifecycle/settings";
import { SharedAnswer } from "../lifecycle/shared-answer";
import { KustomerClient, type Timing, USUAL_WEBHOOK_LIMIT, type WebhookLists } from "./client";
import { placeOfKey } from "./place";

/** The regional hosts (DOC-REG). An organisation's own host finds its region by itself. */
export const REGIONAL_HOSTS = {
  us: "https://api.kustomerapp.com",
  eu: "https://api.prod2.kustomerapp.com",
  in: "https://api.prod4.kustomerapp.com",
} as const;

/** What the resources of Kustomer work with. */
export interface KustomerConnection {
  readonly kustomer: KustomerClient;
  readonly run: Run;
}

/** What reaches Kustomer: `kustomer:baseUrl`, `kustomer:org` or `kustomer:region`, and `kustomer:apiKey`. */
export function connectToKustomer(
  settings: Settings,
  { signal, of, timing }: Partial<Pick<Run, "signal" | "of">> & { readonly timing?: Timing } = {},
): KustomerClient {
  const problems = kustomerSettingsProblems(settings);
  if (problems.length > 0) throw new SettingsError(problems);
  const apiKey = settings.get("kustomer:apiKey") ?? "";
  remember(apiKey);
  const http = new Http(baseUrlOf(settings) ?? "", "Kustomer", { timeoutSeconds: timeoutOf(settings), signal });
  return new KustomerClient(http, apiKey, {
    webhookLimit: webhookLimitOf(settings),
    ...(timing && { timing }),
    ...(of && { webhooks: of(ListsByCredential).of(`${http.baseUrl} ${apiKey}`) }),
  });
}

/** What operations of one run ask at the same time is asked once. */
class ListsByCredential {
  private readonly lists = new Map<string, WebhookLists>();

  of(credential: string): WebhookLists {
    const list = this.lists.get(credential) ?? new SharedAnswer();
    this.lists.set(credential, list);
    return list;
  }
}

/** Everything missing or wrong in the settings, each with the command that mends it. */
export function kustomerSettingsProblems(settings: Settings): string[] {
  const problems: string[] = [];
  const baseUrl = baseUrlOf(settings);
  const apiKey = settings.get("kustomer:apiKey");
  const where = settings.get("kustomer:baseUrl") === undefined ? whereProblems(settings) : [];
  if (where.length > 0) problems.push(...where);
  else if (baseUrl === undefined)
    problems.push(`no Kustomer organisation is set: ${settings.howToSet("kustomer:org")} (or kustomer:baseUrl)`);
  else if (!isHttpsOrLoopback(baseUrl))
    problems.push(
      `kustomer:baseUrl must be an https URL such as https://acme.api.kustomerapp.com: ${settings.howToSet("kustomer:baseUrl")}`,
    );
  if (apiKey !== undefined && !isToken(apiKey))
    problems.push(
      `kustomer:apiKey is not a key: it has white space or other characters that no key has: ${settings.howToSet("kustomer:apiKey")}`,
    );
  if (apiKey === undefined)
    problems.push(
      `no Kustomer API key is set: ${settings.howToSet("kustomer:apiKey")} (a key with the role org.permission.outbound_webhook)`,
    );
  if (Number.isNaN(timeoutOf(settings) ?? 0))
    problems.push(
      `kustomer:timeoutSeconds must be a number of seconds: ${settings.howToSet("kustomer:timeoutSeconds")}`,
    );
  if (Number.isNaN(webhookLimitOf(settings)))
    problems.push(
      `kustomer:webhookLimit must be a whole number of webhooks: ${settings.howToSet("kustomer:webhookLimit")}`,
    );
  return problems;
}

/** A name that is more than one label would send the key to another host. */
function whereProblems(settings: Settings): string[] {
  const org = settings.get("kustomer:org");
  if (org !== undefined)
    return /^[A-Za-z0-9](-?[A-Za-z0-9])*$/.test(org)
      ? []
      : [
          `kustomer:org must be the organisation's name alone, acme of https://acme.api.kustomerapp.com: ${settings.howToSet("kustomer:org")}`,
        ];
  const region = settings.get("kustomer:region");
  return region === undefined || Object.hasOwn(REGIONAL_HOSTS, region)
    ? []
    : [
        `kustomer:region must be one of ${Object.keys(REGIONAL_HOSTS).join(", ")}: ${settings.howToSet("kustomer:region")}`,
      ];
}

/** What can travel in a header: no white space, as is copied along easily. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Where the API is, without `/v1`. */
export function baseUrlOf(settings: Settings): string | undefined {
  const baseUrl = settings.get("kustomer:baseUrl");
  // People paste the address with the version that every path carries anyway.
  if (baseUrl !== undefined) return baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "");
  const org = settings.get("kustomer:org");
  if (org !== undefined) return `https://${org}.api.kustomerapp.com`;
  const region = settings.get("kustomer:region");
  return region === undefined ? undefined : (REGIONAL_HOSTS as Record<string, string>)[region];
}

/** The inputs that follow from the settings, so that `check` can tell when they lead to another organisation than before. */
export function placeFromSettings(settings: Settings): Omit<Place, "organisation"> {
  return placeOfKey(settings.get("kustomer:apiKey") ?? "", baseUrlOf(settings) ?? "");
}

function timeoutOf(settings: Settings): number | undefined {
  const seconds = settings.get("kustomer:timeoutSeconds");
  if (seconds === undefined) return undefined;
  return Number(seconds) > 0 ? Number(seconds) : Number.NaN;
}

/** The one truth of how many webhooks there may be: for creating, rotating and the doctor. */
export function webhookLimitOf(settings: Settings): number {
  const limit = Number(settings.get("kustomer:webhookLimit") ?? USUAL_WEBHOOK_LIMIT);
  return Number.isInteger(limit) && limit > 0 ? limit : Number.NaN;
}
