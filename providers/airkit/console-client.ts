import * as z from "zod";
import { type Answerer, understand } from "../lifecycle/understand";
import type { Http, HttpAnswer, HttpRequest } from "../lifecycle/http";
import type { AirkitKind, FormValues } from "./driver";
import { failure } from "./failure";

const CONSOLE_API: Answerer = {
  name: "the Airkit console API",
  reference: "docs/airkit-console-api.yaml",
  next: "check airkit:baseUrl and what serves it",
};

/** An object as the console API shows it: its form without the secret fields, and whose it is. */
export interface ConsoleObject {
  readonly id: string;
  /** As it was sent; empty on objects that a person made. */
  readonly owner: string;
  readonly properties: ReadonlyMap<string, unknown>;
}

const consoleObject = z
  .looseObject({ id: z.guid(), owner: z.string().nullish() })
  .transform((answer): ConsoleObject => ({
    id: answer.id.toLowerCase(),
    owner: answer.owner ?? "",
    properties: new Map(Object.entries(answer)),
  }));

const page = z.object({
  items: z.array(consoleObject),
  organisation: z.string().nullish(),
  next: z.string().nullish(),
});

/** What there is, and of which organisation; empty where the API does not say. */
export interface ConsoleList {
  readonly items: readonly ConsoleObject[];
  readonly organisation: string;
}

/** Bounds a walk over pages that never end. */
const MOST_PAGES = 200;

/** The API of docs/airkit-console-api.yaml. `undefined` stands for 404. */
export class ConsoleClient {
  constructor(
    private readonly http: Http,
    private readonly token: string,
  ) {}

  get baseUrl(): string {
    return this.http.baseUrl;
  }

  /** Repeatable: the same idempotency key never makes a second object. */
  async create(kind: AirkitKind, values: FormValues, owner: string, idempotencyKey: string): Promise<ConsoleObject> {
    const doing = `create ${kind.noun} "${String(values.name)}"`;
    const answer = await this.call(
      {
        doing,
        method: "POST",
        path: `/v1/${kind.collection}`,
        body: { ...values, owner },
        headers: { "idempotency-key": idempotencyKey },
        repeatable: true,
      },
      false,
    );
    return understand(CONSOLE_API, doing, consoleObject, answer.body);
  }

  async get(kind: AirkitKind, id: string): Promise<ConsoleObject | undefined> {
    const doing = `read ${kind.noun} ${id}`;
    const answer = await this.call({ doing, method: "GET", path: pathOf(kind, id) });
    return answer.status === 404 ? undefined : understand(CONSOLE_API, doing, consoleObject, answer.body);
  }

  /** The objects whose owner is `owner` or begins with `<owner>.`, or those of a name; all without either. */
  async list(kind: AirkitKind, filter: { readonly owner?: string; readonly name?: string } = {}): Promise<ConsoleList> {
    let organisation = "";
    const items: ConsoleObject[] = [];
    const doing = `list ${kind.noun}s`;
    let after: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const query = new URLSearchParams({ ...filter, ...(after === undefined ? {} : { after }) });
      const path = `/v1/${kind.collection}${query.size === 0 ? "" : `?${query.toString()}`}`;
      const answer = await this.call({ doing, method: "GET", path }, false);
      const understood = understand(CONSOLE_API, doing, page, answer.body);
      items.push(...understood.items);
      organisation = understood.organisation ?? organisation;
      after = understood.next ?? undefined;
      if (after === undefined) break;
    }
    return { items, organisation };
  }

  /** The whole form, secret fields included. */
  async replace(kind: AirkitKind, id: string, values: FormValues, owner: string): Promise<ConsoleObject | undefined> {
    const doing = `update ${kind.noun} "${String(values.name)}" (${id})`;
    const answer = await this.call({ doing, method: "PUT", path: pathOf(kind, id), body: { ...values, owner } });
    return answer.status === 404 ? undefined : understand(CONSOLE_API, doing, consoleObject, answer.body);
  }

  /** Also succeeds when it is gone already. */
  async remove(kind: AirkitKind, id: string, name: string): Promise<void> {
    await this.call({ doing: `delete ${kind.noun} "${name}" (${id})`, method: "DELETE", path: pathOf(kind, id) });
  }

  private async call(request: Omit<HttpRequest, "bearer">, maybeMissing = true): Promise<HttpAnswer> {
    const answer = await this.http.send({ ...request, bearer: this.token });
    if (answer.status < 300 || (maybeMissing && answer.status === 404)) return answer;
    throw failure(request.doing, answer);
  }
}

function pathOf(kind: AirkitKind, id: string): string {
  return `/v1/${kind.collection}/${encodeURIComponent(id)}`;
}
