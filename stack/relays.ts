import { isAbsolute } from "node:path";
import * as z from "zod";
import { RECEIVER_SHAPE, destinationShape } from "../components/aws/rules";
import { account } from "../providers/airkit/account";
import { conversationHub } from "../providers/airkit/conversation-hub";
import { uuid } from "../providers/airkit/object";
import { resource } from "../providers/airkit/resource";
import { routingFlow } from "../providers/airkit/routing-flow";
import { apiKey } from "../providers/kustomer/api-key";
import { isHttpsOrLoopback } from "../providers/kustomer/connection";
import { editDistance } from "../providers/kustomer/outbound-webhook/events";
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

/** Text that is asked for, or that is something else. */
const text = (what: string): z.ZodString =>
  z.string({ error: ({ input }) => (input === undefined ? `is required: ${what}` : `must be text: ${what}`) });

const httpsUrl = (what: string): z.ZodType<string> =>
  text(what).refine(isHttpsOrLoopback, "must be an https URL (http only to this machine)");

/** An object of Airkit's console: one that exists and is left alone, by its id, or one that is declared. */
function airkitObject(
  lifecycle: Declaration,
  except: readonly string[] = [],
): z.ZodOptional<z.ZodType<Record<string, unknown>>> {
  return z.strictObject({ id: uuid.optional(), ...shapeOf(unwrapped(settable(lifecycle, except))) }).optional();
}

const counter = z.number().int("must be a whole number").min(0, "must be at least 0").optional();

const relay = z.strictObject({
  name: text("it names the relay's resources").regex(
    /^[a-z][a-z0-9-]{0,39}$/i,
    "must be letters, digits and dashes, at most 40, beginning with a letter",
  ),
  kustomer: z
    .strictObject({ apiKey: settable(apiKey, ["rotation"]), webhook: settable(outboundWebhook, ["url", "rotation"]) })
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
          kind: z.literal("self-hosted"),
          publicUrl: httpsUrl("the https URL under which Kustomer reaches your receiver"),
          secretFile: z.string().refine(isAbsolute, "must be an absolute path").optional(),
        }),
        z.strictObject({ kind: z.literal("aws"), ...RECEIVER_SHAPE, destination: destinationShape.optional() }),
      ],
      { error: ({ input }) => (typeof input === "object" ? "must be url, local or aws" : undefined) },
    )
    .optional(),
  rotation: counter,
  apiKeyRotation: counter,
});

const relays = z.array(relay, { error: "must be a list of relays, each with a name" });

/** A relay as `kustomer-relay:relays` declares it. */
export type RelayDeclaration = z.infer<typeof relay>;

const KEY = "kustomer-relay:relays";

const HOW_TO_BEGIN = `no relays are declared yet. Begin with two commands (api.airkit.com is the host in Airkit's guide; yours may be another):
  pulumi config set --path '${KEY}[0].name' support
  pulumi config set --path '${KEY}[0].airkit.apiHostname' api.airkit.com
which write this into Pulumi.<stack>.yaml:
  config:
    ${KEY}:
      - name: support
        airkit:
          apiHostname: api.airkit.com
and run it again: it then says what is still missing`;

/** The relays that stack config declares; all mistakes at once, each with its path in the file and what it may be. */
export function relaysOf(value: unknown): RelayDeclaration[] {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
    throw new RelayError(HOW_TO_BEGIN);
  const parsed = relays.safeParse(value);
  const problems = [...(parsed.error?.issues ?? []).flatMap(sentences), ...sameNames(value)];
  // As it was written: what was left out is for the resources to fill in, who know more than the file.
  if (problems.length === 0) return value as RelayDeclaration[];
  throw new RelayError(
    `Pulumi.<stack>.yaml has ${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`}; nothing was touched:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
  );
}

/** Asked beside the schema, which compares no entries as long as one of them has a mistake. */
function sameNames(value: unknown): string[] {
  const names = z.array(z.object({ name: z.string() }).catch({ name: "" })).safeParse(value);
  return (names.data ?? []).flatMap(({ name }, index, all) => {
    const first = all.findIndex((other) => other.name === name);
    return name === "" || first === index
      ? []
      : [`${KEY}[${index}].name: the relay ${KEY}[${first}] is called "${name}" too`];
  });
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: "a group of settings, indented below it",
  array: "a list",
  string: "text",
  boolean: "true or false",
  number: "a number",
};

function sentences(issue: z.core.$ZodIssue): string[] {
  const at = [KEY, ...issue.path].map(pathPart).join("");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${at}.${key}: no such setting${suggestion(key, namesAt(issue.path))}`);
  // zod tells of a map's key only that it is wrong, and keeps what is wrong with it inside.
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => `${at}: ${message}`);
  const expected = issue.code === "invalid_type" && issue.message.startsWith("Invalid input") ? issue.expected : "";
  return [`${at}: ${Object.hasOwn(EXPECTED, expected) ? `must be ${EXPECTED[expected] ?? ""}` : issue.message}`];
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
