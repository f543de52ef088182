import { isAbsolute } from "node:path";
import { z } from "zod";
import { account } from "../providers/airkit/account";
import { conversationHub } from "../providers/airkit/conversation-hub";
import { uuid } from "../providers/airkit/object";
import { resource } from "../providers/airkit/resource";
import { routingFlow } from "../providers/airkit/routing-flow";
import { apiKey } from "../providers/kustomer/api-key";
import { isHttpsOrLoopback } from "../providers/kustomer/connection";
import { editDistance } from "../providers/kustomer/events";
import { outboundWebhook } from "../providers/kustomer/outbound-webhook";
import { pathPart } from "../providers/lifecycle/check";
import { RelayError } from "../providers/lifecycle/errors";
import type { Declaration } from "../providers/lifecycle/lifecycle";

/** The same rules as the resources': what is set by the package or follows from elsewhere is left out. */
function settable(
  lifecycle: Declaration,
  except: readonly string[] = [],
): z.ZodOptional<z.ZodType<Record<string, unknown>>> {
  const shape = Object.entries(lifecycle.inputs.shape).filter(
    ([name]) => lifecycle.fields[name]?.internal === undefined && !except.includes(name),
  );
  return z.strictObject(Object.fromEntries(shape.map(([name, schema]) => [name, schema.optional()]))).optional();
}

const httpsUrl = (what: string): z.ZodType<string> =>
  z
    .string({ error: `is required: ${what}` })
    .refine(isHttpsOrLoopback, "must be an https URL (http only to this machine)");

/** An object of Airkit's console: one that exists and is left alone, by its id, or one that is declared. */
function airkitObject(
  lifecycle: Declaration,
  except: readonly string[] = [],
): z.ZodOptional<z.ZodType<Record<string, unknown>>> {
  return z.strictObject({ id: uuid.optional(), ...shapeOf(unwrapped(settable(lifecycle, except))) }).optional();
}

const relay = z.strictObject({
  name: z
    .string({ error: "is required: it names the relay's resources" })
    .regex(/^[a-z][a-z0-9-]{0,39}$/i, "must be letters, digits and dashes, at most 40, beginning with a letter"),
  kustomer: z
    .strictObject({ apiKey: settable(apiKey), webhook: settable(outboundWebhook, ["url", "rotation"]) })
    .optional(),
  airkit: z
    .strictObject({
      realm: z.enum(["us", "eu", "ap"], { error: "must be us, eu or ap" }).optional(),
      apiHostname: z.string().min(1).optional(),
      account: airkitObject(account, ["apiKey"]),
      resource: airkitObject(resource, ["datasourceId"]),
      hub: airkitObject(conversationHub),
      routingFlow: settable(routingFlow, ["hubId", "datasourceId", "webhookSecretKey"]),
    })
    .optional(),
  destination: httpsUrl("the https URL that receives the events").optional(),
  receiver: z
    .discriminatedUnion(
      "kind",
      [
        z.strictObject({ kind: z.literal("url"), url: httpsUrl("the receiver's https URL") }),
        z.strictObject({
          kind: z.literal("local"),
          publicUrl: httpsUrl("the https URL under which Kustomer reaches your receiver"),
          secretFile: z.string().refine(isAbsolute, "must be an absolute path").optional(),
        }),
      ],
      { error: "must have a kind: url or local" },
    )
    .optional(),
  rotation: z.number().int("must be a whole number").min(0).optional(),
});

const relays = z
  .array(relay)
  .min(1, "must declare at least one relay")
  .superRefine((list, context) => {
    const names = list.map(({ name }) => name);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({ code: "custom", path: [index, "name"], message: `another relay is called "${name}" too` });
    });
  });

/** A relay as `kustomer-relay:relays` declares it. */
export type RelayDeclaration = z.infer<typeof relay>;

const KEY = "kustomer-relay:relays";

const EXAMPLE = `
config:
  ${KEY}:
    - name: support
      airkit: {}`;

/** The relays that stack config declares; all mistakes at once, each with its path in the file and what it may be. */
export function relaysOf(value: unknown): RelayDeclaration[] {
  if (value === undefined)
    throw new RelayError(`no relays are declared: add them to Pulumi.<stack>.yaml, for example${EXAMPLE}`);
  const parsed = relays.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(sentences);
  throw new RelayError(
    `Pulumi.<stack>.yaml has ${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`}; nothing was touched:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
  );
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const at = [KEY, ...issue.path].map(pathPart).join("");
  if (issue.code !== "unrecognized_keys") return [`${at}: ${issue.message}`];
  return issue.keys.map((key) => `${at}.${key}: no such setting${suggestion(key, namesAt(issue.path))}`);
}

function suggestion(key: string, names: readonly string[]): string {
  const [nearest] = [...names].sort((one, other) => editDistance(key, one) - editDistance(key, other));
  if (nearest === undefined) return "";
  return editDistance(key, nearest) <= 3 ? `; did you mean ${nearest}?` : `; there are ${names.join(", ")}`;
}

/** The settings that may stand at a path, found in the schema itself. */
function namesAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = relays;
  for (const part of path) schema = typeof part === "number" ? element(schema) : shapeOf(schema)[String(part)];
  return Object.keys(shapeOf(schema));
}

function element(schema: unknown): unknown {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodArray ? inner.element : undefined;
}

function shapeOf(schema: unknown): Readonly<Record<string, z.ZodType>> {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}
