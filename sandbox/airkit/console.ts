import { isDeepStrictEqual } from "node:util";
import { randomUUID } from "node:crypto";
import type * as z from "zod";
import type { Answer, Incoming, Params, Route } from "../http";
import { bearerToken, findRoute, isRecord, parseJson, Refused } from "../http";
import type { Store } from "../store";
import { type AirkitKind, airkitKinds, forms } from "./forms";
import type { AirkitObject } from "./object";
import type { AirkitObjects } from "./objects";

/** Where the console API is below the sandbox's URL. */
export const consoleBase = "/airkit-console";

const pageSize = 50;

type Handler = (incoming: Incoming, params: Params) => Answer;

/** The API of docs/airkit-console-api.yaml: this project's own, since Airkit publishes none. */
export class AirkitConsole {
  readonly #routes: Route<Handler>[] = airkitKinds.flatMap((kind) => {
    const collection = `${consoleBase}/v1/${kind}`;
    const one = `${collection}/:id`;
    return [
      { method: "GET", pattern: collection, handler: ({ query }) => this.#list(kind, query) },
      { method: "POST", pattern: collection, handler: (incoming) => this.#create(kind, incoming) },
      { method: "GET", pattern: one, handler: (_, params) => ok(this.#shown(kind, this.#existing(kind, params))) },
      { method: "PUT", pattern: one, handler: (incoming, params) => this.#replace(kind, incoming, params) },
      { method: "DELETE", pattern: one, handler: (_, params) => this.#remove(kind, params) },
    ] satisfies Route<Handler>[];
  });

  constructor(
    private readonly store: Store,
    private readonly objects: AirkitObjects,
    private readonly namesOrganisation: boolean,
  ) {}

  handle(incoming: Incoming): Answer {
    const answer = this.#answer(incoming);
    return { ...answer, headers: { ...answer.headers, "x-request-id": randomUUID() } };
  }

  #answer(incoming: Incoming): Answer {
    if (bearerToken(incoming.headers) !== this.store.state.airkitToken)
      return refusal(401, "unauthorized", "The token is not valid");
    const match = findRoute(this.#routes, incoming.method, incoming.path);
    if (match === undefined) return refusal(404, "not_found", "There is no such operation");
    try {
      return match.route.handler(incoming, match.params);
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  }

  #list(kind: AirkitKind, query: URLSearchParams): Answer {
    const { owner, name, after } = Object.fromEntries(query);
    const found = this.objects
      .all(kind)
      .filter(
        (object) => owner === undefined || object.owner === owner || (object.owner?.startsWith(`${owner}.`) ?? false),
      )
      .filter((object) => name === undefined || object.name === name);
    const start = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1;
    const items = found.slice(start, start + pageSize);
    const next = start + pageSize < found.length ? { next: items.at(-1)?.id } : {};
    const organisation = this.namesOrganisation ? { organisation: this.store.state.org.id } : {};
    return ok({ items: items.map((object) => this.#shown(kind, object)), ...organisation, ...next });
  }

  /** With a key that made an object already: that object, whoever owns it. With such a key and another form: 422. */
  #create(kind: AirkitKind, incoming: Incoming): Answer {
    const fields = this.#form(kind, incoming);
    const key = incoming.headers["idempotency-key"];
    if (typeof key !== "string" || key === "") throw unprocessable("The header Idempotency-Key is required");
    const earlier = this.store.state.airkitKeys.find((made) => made.kind === kind && made.key === key);
    const made = earlier === undefined ? undefined : this.objects.find(kind, earlier.id);
    if (earlier !== undefined && made !== undefined) {
      if (!isDeepStrictEqual({ ...earlier.fields, owner: null }, { ...fields, owner: null }))
        throw unprocessable("The Idempotency-Key was used for another form");
      return ok(this.#shown(kind, made));
    }
    const object = this.objects.create(kind, fields);
    this.store.state.airkitKeys.push({ kind, key, id: object.id, fields });
    this.store.changed();
    return { status: 201, body: this.#shown(kind, object) };
  }

  #replace(kind: AirkitKind, incoming: Incoming, params: Params): Answer {
    const object = this.#existing(kind, params);
    return ok(this.#shown(kind, this.objects.replace(kind, object, this.#form(kind, incoming))));
  }

  #remove(kind: AirkitKind, params: Params): Answer {
    const { id } = this.#existing(kind, params);
    const usedBy = this.objects.usesOf(kind, id);
    if (usedBy.length > 0) throw refused(409, "in_use", `The ${forms[kind].noun} is in use`, { usedBy });
    this.objects.remove(kind, id);
    return { status: 204 };
  }

  #existing(kind: AirkitKind, params: Params): AirkitObject {
    const object = this.objects.find(kind, params.id ?? "");
    if (object === undefined) throw refused(404, "not_found", `There is no such ${forms[kind].noun}`);
    return object;
  }

  #form(kind: AirkitKind, { raw }: Incoming): Record<string, unknown> {
    const body = parseJson(raw);
    if (!isRecord(body)) throw unprocessable("The body must be a JSON object");
    const parsed = forms[kind].schema.safeParse(body);
    if (!parsed.success) throw unprocessable("The form has mistakes", parsed.error.issues.flatMap(fieldErrors));
    const dangling = this.objects.dangling(kind, parsed.data);
    if (dangling.length > 0) throw unprocessable("The form has mistakes", dangling);
    return parsed.data;
  }

  /** Without the secret fields: the console never shows them again (documented of connected accounts). */
  #shown(kind: AirkitKind, object: AirkitObject): Record<string, unknown> {
    return Object.fromEntries(Object.entries(object).filter(([field]) => !forms[kind].secrets.includes(field)));
  }
}

function fieldErrors(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((field) => ({ field, message: "no such field" }));
  return [{ field: issue.path.join("."), message: issue.message }];
}

const ok = (body: unknown): Answer => ({ status: 200, body });

const refusal = (status: number, code: string, message: string, more: object = {}): Answer => ({
  status,
  body: { error: { code, message, ...more } },
});

const refused = (...parts: Parameters<typeof refusal>): Refused => new Refused(refusal(...parts));

const unprocessable = (message: string, fields: { field: string; message: string }[] = []): Refused =>
  refused(422, "invalid", message, { fields });
