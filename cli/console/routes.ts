import * as z from "zod";
import { RelayError } from "../../providers/lifecycle/errors";
import { isRate, type Order, RATE_IN_WORDS } from "../../receiver/controls";
import { UsageError } from "../command";
import { duration } from "../moment";
import { whoami } from "../override";
import { PageError } from "./answers";
import { letterRoutes } from "./letter-routes";
import type { Route } from "./server";
import type { Source } from "./source";
import { StackSource } from "./stack-source";

const ofSource = z.object({ source: z.string() });
const ofStep = ofSource.extend({ step: z.string() });

const ofOverride = ofSource.extend({
  relay: z.string(),
  do: z.enum(["pause", "resume", "limit"]),
  maxPerSecond: z.union([z.literal("none"), z.number()]).optional(),
  for: z.string().optional(),
  reason: z.string().max(1_000).optional(),
});

/** As the commands pause, limit and resume understand it. */
function orderOf({ do: what, maxPerSecond, for: time, reason }: z.infer<typeof ofOverride>): Order {
  if (what === "limit" && maxPerSecond !== "none" && !isRate(maxPerSecond))
    throw new PageError(422, `The limit must be ${RATE_IN_WORDS}, or none.`);
  return {
    do: what,
    by: whoami(),
    ...(what === "limit" && { maxPerSecond }),
    ...(time !== undefined && { forMs: duration(time, "For") }),
    ...(reason !== undefined && { reason }),
  };
}

/** All that the page can ask for and do. Each is what a command does, too. */
export function routesOf(sources: readonly Source[]): Route[] {
  const sourceOf = ({ source }: { source: string }): Source => {
    const found = sources.find(({ id }) => id === source);
    if (found === undefined) throw new PageError(404, `This console looks at no ${source}.`);
    return found;
  };
  const stackOf = (body: { source: string }): StackSource => {
    const found = sourceOf(body);
    if (!(found instanceof StackSource)) throw new PageError(400, `${found.name} is no stack.`);
    return found;
  };
  const post = <Body>(path: string, body: z.ZodType<Body>, answer: (body: Body) => unknown): Route => ({
    path,
    answer: async (request) => {
      const { data } = body.safeParse(request.body);
      if (data === undefined) throw new PageError(400, "That is not what this page sends.");
      try {
        return await answer(data);
      } catch (error) {
        // What a person can mend is no fault of the server's.
        throw error instanceof RelayError || error instanceof UsageError ? new PageError(422, error.message) : error;
      }
    },
  });
  const change = <Body>(...args: Parameters<typeof post<Body>>): Route => ({ ...post(...args), changes: true });

  return [
    post("/api/refresh", ofSource, async (body) => {
      await sourceOf(body).refresh();
    }),
    post("/api/setup/secret", ofStep.extend({ label: z.string() }), (body) =>
      stackOf(body).setup.secretOf(body.step, body.label),
    ),
    change("/api/setup/record", ofStep.extend({ value: z.string() }), async (body) => {
      const stack = stackOf(body);
      await stack.setup.record(body.step, body.value);
      await stack.refresh();
    }),
    post("/api/preview", ofSource, (body) => {
      stackOf(body).start("preview");
    }),
    change("/api/up", ofSource, (body) => {
      stackOf(body).start("up");
    }),
    post("/api/cancel", ofSource, (body) => {
      stackOf(body).cancel();
    }),
    post("/api/doctor", ofSource, async (body) => {
      await sourceOf(body).examine();
    }),
    change("/api/fix", ofSource.extend({ check: z.string(), subject: z.string() }), async (body) => {
      const { check, subject } = body;
      const report = await sourceOf(body).examine((result) => result.check === check && result.subject === subject);
      return report.fixes;
    }),
    change("/api/override", ofOverride, async (body) => {
      const source = sourceOf(body);
      await source.withAdmin((admin) => admin.override(body.relay, orderOf(body)));
      await source.refresh();
    }),
    ...letterRoutes(sourceOf, post, change),
  ];
}
