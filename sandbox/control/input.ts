import * as z from "zod";
import { airkitKinds } from "../airkit/forms";
import type { EventData, Fault, NewKey, WebhookRecord } from "../types";

/** A record without the keys that were left out, as optional properties want it. */
function compact<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export const webhookFields = z
  .strictObject({
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    enabled: z.boolean(),
    isError: z.boolean(),
    token: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
    createdBy: z.string(),
    createdByApp: z.boolean(),
  })
  .partial()
  .transform((fields): Partial<WebhookRecord> => compact(fields));

const key = z.strictObject({
  name: z.string().min(1),
  roles: z.array(z.string()),
  expiresAt: z.iso.datetime().nullish(),
});

export const newKey = key.transform(({ expiresAt, ...fields }): NewKey => ({
  ...fields,
  expiresAt: expiresAt ?? null,
}));
export const keyPatch = key.partial().transform((fields): Partial<NewKey> => compact(fields));

const record = z.record(z.string(), z.unknown());

export const newEvent = z.strictObject({
  name: z.string(),
  data: z
    .strictObject({ id: z.string(), attributes: record, relationships: record, changes: record })
    .partial()
    .transform((data): EventData => compact(data))
    .optional(),
});

export const newSecret = z.strictObject({ resourceId: z.string().min(1), secret: z.string().min(1) });

export const airkitKind = z.enum(airkitKinds);
export const airkitFields = record;

const misbehaviour = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("status"), status: z.int().min(200).max(599), body: z.unknown().optional() }),
  z.object({ kind: z.literal("rate-limited"), resetHeader: z.boolean().optional() }),
  z.object({ kind: z.enum(["drop-before", "drop-after", "garbage", "empty", "masked-token"]) }),
  z.object({ kind: z.enum(["wrong-region", "expired"]) }),
  z.object({ kind: z.enum(["slow", "lagging"]), ms: z.number().nonnegative() }),
  z.object({
    kind: z.literal("late"),
    ms: z.number().nonnegative(),
    status: z.int().min(200).max(599).optional(),
  }),
  z.object({ kind: z.literal("switch-off"), afterMs: z.number().nonnegative().optional() }),
]);

/** As the type Fault, except that a regular expression is written as `pathPattern`. */
export const newFault = z
  .object({
    on: z.strictObject({
      method: z.string().optional(),
      path: z.string().optional(),
      pathPattern: z.string().optional(),
    }),
    times: z.int().positive().optional(),
    after: z.int().nonnegative().optional(),
  })
  .and(misbehaviour)
  .transform(({ on: { method, path, pathPattern }, ...fault }): Fault => ({
    ...fault,
    on: compact({ method, path: pathPattern === undefined ? path : new RegExp(pathPattern) }),
  }));
