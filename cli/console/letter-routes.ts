import * as z from "zod";
import { deadLetterPages } from "../../receiver/admin";
import type { DeadLetter, DeadLetterPage } from "../../receiver/inbox";
import { eventQuery } from "../../receiver/self-hosted/control";
import { PageError } from "./answers";
import type { Route } from "./server";
import type { Source } from "./source";

const ofSource = z.object({ source: z.string() });
const ofQuery = ofSource.extend({ query: eventQuery });

const LETTERS_PER_PAGE = 200;

type Post = <Body>(path: string, body: z.ZodType<Body>, answer: (body: Body) => unknown) => Route;

/** What `kustomer-relay dead-letters` does. */
export function letterRoutes(sourceOf: (body: { source: string }) => Source, post: Post, change: Post): Route[] {
  return [
    post("/api/letters/list", ofQuery.extend({ after: z.int().optional() }), ({ source, query, after }) =>
      sourceOf({ source }).withAdmin(async (admin): Promise<DeadLetterPage> => {
        const letters: DeadLetter[] = [];
        let next = after;
        // Where few match, a page of the receiver's may be empty and not the last.
        do {
          const page = await admin.deadLetters(query, { after: next, limit: LETTERS_PER_PAGE });
          letters.push(...page.letters);
          next = page.next;
        } while (next !== undefined && letters.length < LETTERS_PER_PAGE);
        return { letters, next };
      }),
    ),
    // What comes after they were counted is not meant: `until` goes along with what is done then.
    post("/api/letters/count", ofQuery, (body) =>
      sourceOf(body).withAdmin(async (admin) => {
        const query = { ...body.query, until: body.query.until ?? Date.now() + 1 };
        let count = 0;
        for await (const letters of deadLetterPages(admin, query)) count += letters.length;
        return { count, query };
      }),
    ),
    post("/api/letters/show", ofSource.extend({ seq: z.int() }), (body) =>
      sourceOf(body).withAdmin(async (admin) => {
        const { letters } = await admin.deadLetters({ seqs: [body.seq] }, { limit: 1 });
        const [letter] = letters;
        if (letter === undefined) throw new PageError(404, `There is no dead letter ${body.seq} any more.`);
        const content = await admin.deadLetterBody(body.seq);
        return { letter, body: content && Buffer.from(content).toString("utf8") };
      }),
    ),
    ...(["replay", "drop"] as const).map((action) =>
      change(`/api/letters/${action}`, ofQuery, async (body) => {
        const source = sourceOf(body);
        const count = await source.withAdmin((admin) => admin[action](body.query));
        void source.refresh();
        return count;
      }),
    ),
  ];
}
