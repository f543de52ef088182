import * as z from "zod";
import { RelayError, SettingsError } from "../../lifecycle/errors";
import { Http, type HttpAnswer, type HttpRequest } from "../../lifecycle/http";
import { redactQuoted, remember } from "../../lifecycle/secrets";
import type { Run } from "../../lifecycle/run";
import type { Settings } from "../../lifecycle/settings";
import { type Answerer, understand } from "../../lifecycle/understand";
import { isHttpsOrLoopback } from "../../lifecycle/addresses";

const ISSUER: Answerer = {
  name: "the API key issuer",
  reference: "docs/api-key.md",
  next: "check kustomer:issuerUrl and what serves it",
};

const issuedKey = z.object({ id: z.string().min(1), token: z.string().min(1), expiresAt: z.string().nullish() });
const issuedKeys = z
  .object({ keys: z.array(z.object({ id: z.string().min(1), owner: z.string().optional() })) })
  .transform((answer) => answer.keys);
const refusal = z.object({ error: z.string() });

/** A key just made. */
export interface IssuedKey {
  readonly id: string;
  readonly token: string;
  /** ISO 8601; left out for never. */
  readonly expiresAt: string | undefined;
}

/**
 * An endpoint that issues Kustomer API keys. Kustomer offers none; a company's own gateway can, in five lines of contract:
 *
 *     POST   <issuerUrl>            {name, roles, expiresInDays?, owner} -> 201 {id, token, expiresAt?}
 *                                   Idempotency-Key of a key that is still valid, and whose owner is the same up to the first dot
 *                                   -> 200 with that key; its owner becomes <owner>
 *     GET    <issuerUrl>?owner=<o>  -> 200 {keys: [{id, owner}]}   those whose owner is <o> or starts with "<o>."
 *     PUT    <issuerUrl>/<id>       {owner} -> 204: its owner becomes <owner>
 *     DELETE <issuerUrl>/<id>       -> 204, or 404 when it is gone already
 *
 * with `Authorization: Bearer <issuerToken>`. `id` is Kustomer's id of the key; `owner` is opaque. A refusal may say why:
 * `{error}`.
 */
export class ApiKeyIssuer {
  constructor(
    private readonly http: Http,
    private readonly token: string,
  ) {}

  async issue(
    key: { name: string; roles: readonly string[]; expiresInDays?: number; owner: string },
    idempotencyKey: string,
  ): Promise<IssuedKey> {
    const doing = `issue API key "${key.name}"`;
    const headers = { "idempotency-key": idempotencyKey };
    const answer = await this.call({ doing, method: "POST", path: "", body: key, headers, repeatable: true });
    const { id, token, expiresAt } = understand(ISSUER, doing, issuedKey, answer.body);
    return { id, token, expiresAt: expiresAt ?? undefined };
  }

  async list(owner: string, doing = "list issued API keys"): Promise<{ id: string; owner?: string | undefined }[]> {
    const answer = await this.call({ doing, method: "GET", path: `?owner=${encodeURIComponent(owner)}` });
    return understand(ISSUER, doing, issuedKeys, answer.body);
  }

  /** Says whose a key is from now on. */
  async claim(id: string, owner: string): Promise<void> {
    const path = `/${encodeURIComponent(id)}`;
    await this.call({ doing: `claim issued API key ${id}`, method: "PUT", path, body: { owner } });
  }

  async revoke(id: string): Promise<void> {
    await this.call({ doing: `revoke issued API key ${id}`, method: "DELETE", path: `/${encodeURIComponent(id)}` });
  }

  private async call(request: Omit<HttpRequest, "bearer">): Promise<HttpAnswer> {
    const answer = await this.http.send({ ...request, bearer: this.token });
    if (answer.status < 300 || (request.method === "DELETE" && answer.status === 404)) return answer;
    const { status, requestId } = answer;
    const said = refusal.safeParse(answer.body).data?.error ?? "";
    throw new RelayError({
      doing: request.doing,
      what: `the API key issuer answered ${status}`,
      said: redactQuoted(said),
      next: status === 401 || status === 403 ? "check kustomer:issuerToken" : "",
      status,
      requestId,
    });
  }
}

/** The issuer of `kustomer:issuerUrl` and `kustomer:issuerToken`; `undefined` where none is set. */
export function connectToIssuer(settings: Settings, { signal }: Pick<Run, "signal">): ApiKeyIssuer | undefined {
  const url = settings.get("kustomer:issuerUrl");
  if (url === undefined) return undefined;
  const problems = issuerSettingsProblems(settings);
  if (problems.length > 0) throw new SettingsError(problems);
  const token = settings.get("kustomer:issuerToken") ?? "";
  remember(token);
  return new ApiKeyIssuer(new Http(url, "the API key issuer", { signal }), token);
}

export function issuerSettingsProblems(settings: Settings): string[] {
  const problems: string[] = [];
  if (!isHttpsOrLoopback(settings.get("kustomer:issuerUrl") ?? ""))
    problems.push(`kustomer:issuerUrl must be an https URL: ${settings.howToSet("kustomer:issuerUrl")}`);
  if (settings.get("kustomer:issuerToken") === undefined)
    problems.push(
      `kustomer:issuerUrl is set, but not the token that opens it: ${settings.howToSet("kustomer:issuerToken")}`,
    );
  return problems;
}
