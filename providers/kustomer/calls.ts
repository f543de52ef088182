import type * as z from "zod";
import { RelayError } from "../lifecycle/errors";
import type { Http, HttpAnswer, HttpRequest } from "../lifecycle/http";
import { understand } from "../lifecycle/understand";
import { KUSTOMER, type Page, nothing } from "./answers";
import { failure } from "./failure";

/** Bounds a walk over pages whose links never end. */
const MOST_PAGES = 200;

/** What "there is none" may be answered with: what a 404 has for a body, or whether it is one, no document says. */
const MISSING: readonly number[] = [404, 410];

export function isMissing({ status }: { readonly status: number }): boolean {
  return MISSING.includes(status);
}

export interface Call extends Omit<HttpRequest, "method" | "bearer"> {
  readonly method?: HttpRequest["method"];
  readonly bearer?: string;
  /** The role that the call needs: named when it is refused. */
  readonly role?: string;
  /** That there is none is an answer, not a failure. */
  readonly missing?: boolean;
}

/** What every operation of Kustomer's API has in common: the key, refusals, what is not there, pages. */
export class Calls {
  constructor(
    private readonly http: Http,
    private readonly apiKey: string,
  ) {}

  /** `undefined` where there is none. */
  async find<T extends z.ZodType>(call: Call, schema: T): Promise<z.infer<T> | undefined> {
    const answer = await this.send({ ...call, missing: true });
    return isMissing(answer) || nothing.safeParse(answer.body).success
      ? undefined
      : understand(KUSTOMER, call.doing, schema, answer.body);
  }

  /** All pages of a list. */
  async list<T>(call: Call, pages: z.ZodType<Page<T>>): Promise<T[]> {
    const items: T[] = [];
    let path: string | undefined = call.path;
    for (let page = 1; path !== undefined; page += 1) {
      // What is not in a part of a list may be in the rest of it.
      if (page > MOST_PAGES)
        throw new RelayError({
          doing: call.doing,
          what: `Kustomer's list has no end after ${MOST_PAGES} pages`,
          next: "run it again; if it stays, ask Kustomer's support",
        });
      const answer = await this.send({ ...call, path });
      const understood: Page<T> = understand(KUSTOMER, call.doing, pages, answer.body);
      items.push(...understood.items);
      // Documented as a relative path.
      path = understood.next === undefined ? undefined : pathOf(understood.next);
    }
    return items;
  }

  async send({ bearer = this.apiKey, role, missing = false, method = "GET", ...request }: Call): Promise<HttpAnswer> {
    const answer = await this.http.send({ ...request, method, bearer });
    if (answer.status < 300 || (missing && isMissing(answer))) return answer;
    throw failure(request.doing, answer, role, this.http.baseUrl, this.nameOf(bearer));
  }

  /** So that nobody looks for the fault at a key that a resource is about. */
  private nameOf(key: string): string {
    return key === this.apiKey ? "the management key (kustomer:apiKey)" : "the API key";
  }
}

function pathOf(link: string): string {
  const { pathname, search } = new URL(link, "https://relative.invalid");
  return pathname + search;
}
