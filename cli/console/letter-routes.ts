import * as z from "zod";
import { deadLetterPages } from "../../receiver/admin";
import type { DeadLetterSelection } from "../../receiver/inbox";
import { PageError } from "./answers";
import type { Route } from "./server";
import type { Source } from "./source";

const query = z.strictObject({ seqs: z.array(z.int()).optional(), since: z.number().optional() });
const ofSource = z.object({ source: z.string() });
const ofQuery = ofSource.extend({ query });

const LETTERS_PER_PAGE = 200;

type Post = <Body>(path: string, body: z.ZodType<Body>, answer: (body: Body) => unknown) => Route;

/** What `kustomer-relay dead-letters` does. */
export function letterRoutes(sourceOf: (body: { source: string }) => Source, post: Post, change: Post): Route[] {
  return [
    post("/api/letters/list", ofQuery.extend({ after: z.int().optional() }), (body) =>
      sourceOf(body).withAdmin((admin) =>
        admin.deadLetters(selectionOf(body.query), { after: body.after, limit: LETTERS_PER_PAGE }),
      ),
    ),
    post("/api/letters/count", ofQuery, (body) =>
      sourceOf(body).withAdmin(async (admin) => {
        let count = 0;
        for await (const letters of deadLetterPages(admin, selectionOf(body.query))) count += letters.length;
        return count;
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
        const count = await source.withAdmin((admin) => admin[action](selectionOf(body.query)));
        void source.refresh();
        return count;
      }),
    ),
  ];
}

function selectionOf({ seqs, since }: z.infer<typeof query>): DeadLetterSelection {
  if (seqs !== undefined) return { seqs };
  return since === undefined ? "all" : { since };
}
