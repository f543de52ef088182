import { isAbsolute } from "node:path";
import * as z from "zod";
import { account } from "../../providers/airkit/account";
import { conversationHub } from "../../providers/airkit/conversation-hub";
import { AIRKIT_REALMS, receiveMessageUrl } from "../../providers/airkit/destination-url";
import { uuid } from "../../providers/airkit/object-id";
import { resource } from "../../providers/airkit/resource";
import { routingFlow } from "../../providers/airkit/routing-flow";
import { apiKey } from "../../providers/kustomer/api-key";
import { isHttpsOrLoopback } from "../../providers/lifecycle/addresses";
import { outboundWebhook } from "../../providers/kustomer/outbound-webhook";
import { RelayError, sentence } from "../../providers/lifecycle/errors";
import type { Declaration } from "../../providers/lifecycle/lifecycle";
import { publicUrlProblem } from "../../receiver/relay-path";
import { CONTROLS_SHAPE, RECEIVER_SHAPE, destinationShape } from "../aws/rules";
import type { KustomerRelayArgs } from "./arguments";
import type { RelayEdge } from "./edge";
import { groupsIn, isGroup } from "./groups";
import { setCommand } from "./how-to-set";
import { problemsIn } from "./issues";
import { awsReceiverProblems } from "./receiver";

/**
 * What a relay's arguments may be, as far as it shows without asking anybody: for the component, for stack config and for
 * other languages. The children's own rules hold, less what follows from the rest of the relay.
 */

/** Text that is asked for, or that is something else. */
const text = (what: string): z.ZodString =>
  z.string({ error: ({ input }) => (input === undefined ? `is required: ${what}` : `must be text: ${what}`) });

const absolutePath = (what: string): z.ZodType<string> => text(what).refine(isAbsolute, "must be an absolute path");

const NOT_HTTPS = "must be an https URL (http only to this machine)";
const httpsUrl = (what: string): z.ZodType<string> => text(what).refine(isHttpsOrLoopback, NOT_HTTPS);

const settable = (lifecycle: Declaration, except: readonly string[] = []): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(lifecycle.inputs)
      .filter(([name, { internal }]) => !internal && !except.includes(name))
      // A default is the resource's to fill in: here only what is given counts.
      .map(([name, { schema }]) => [name, z.optional(schema instanceof z.ZodDefault ? schema.unwrap() : schema)]),
  );

/** An object of Airkit's console: one that exists and is left alone, by its id, or one that is declared. */
const airkitObject = (
  lifecycle: Declaration,
  idField: string,
  except: readonly string[] = [],
): z.ZodType<Record<string, unknown>> =>
  z.strictObject({ id: uuid.optional(), ...settable(lifecycle, except) }).superRefine(({ id, ...others }, context) => {
    const names = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (id !== undefined && names.length > 0)
      context.addIssue({
        code: "custom",
        message: `with \`id\` the object is left alone, so ${names.map((name) => `\`${name}\``).join(", ")} would do nothing; to manage it, give \`${idField}\` in place of \`id\``,
      });
  });

const apiHostname = text("the host of Airkit's API").superRefine((hostname, context) => {
  try {
    receiveMessageUrl({ apiHostname: hostname, resourceId: "00000000-0000-0000-0000-000000000000" });
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    context.addIssue({ code: "custom", message: sentence({ what: error.what, next: error.next }) });
  }
});

const realms = Object.keys(AIRKIT_REALMS);
const counter = z
  .number({ error: "must be a whole number" })
  .int("must be a whole number")
  .min(0, "must be at least 0")
  .optional();

export const RELAY_SHAPE = {
  kustomer: z
    .strictObject({
      apiKey: z.strictObject(settable(apiKey, ["rotation"])).optional(),
      webhook: z.strictObject(settable(outboundWebhook, ["url", "rotation"])).optional(),
    })
    .optional(),
  airkit: z
    .strictObject({
      realm: z.enum(realms, { error: `must be one of ${realms.join(", ")}` }).optional(),
      apiHostname: apiHostname.optional(),
      account: airkitObject(account, "accountId", ["apiKey"]).optional(),
      resource: airkitObject(resource, "resourceId", ["datasourceId"]).optional(),
      hub: airkitObject(conversationHub, "hubId").optional(),
      routingFlow: z.strictObject(settable(routingFlow, ["hubId", "datasourceId", "webhookSecretKey"])).optional(),
    })
    .optional(),
  destination: httpsUrl("the https URL that receives the events").optional(),
  receiver: z
    .discriminatedUnion(
      "kind",
      [
        z.strictObject({ kind: z.literal("url"), url: httpsUrl("the receiver's https URL") }),
        z
          .strictObject({
            kind: z.literal("self-hosted"),
            publicUrl: text("the https URL under which Kustomer reaches your receiver").superRefine((url, context) => {
              const problem = publicUrlProblem(url) ?? (isHttpsOrLoopback(url) ? undefined : NOT_HTTPS);
              if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
            }),
            secretFile: absolutePath("the file for the signing secrets").optional(),
            controlsFile: absolutePath("the file for the relay's controls").optional(),
            observeUrl: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
            ...CONTROLS_SHAPE,
          })
          .superRefine(({ controlsFile, paused, maxPerSecond, filter }, context) => {
            const [name] = Object.entries({ paused, maxPerSecond, filter }).flatMap(([name, value]) =>
              value === undefined ? [] : [name],
            );
            if (name !== undefined && controlsFile === undefined)
              context.addIssue({
                code: "custom",
                path: [name],
                message:
                  "needs `controlsFile`: the file that your receiver, which names it too, reads its controls from",
              });
          }),
        z.strictObject({
          kind: z.literal("aws"),
          ...RECEIVER_SHAPE,
          ...CONTROLS_SHAPE,
          destination: destinationShape.optional(),
        }),
      ],
      { error: ({ input }) => (typeof input === "object" ? "must be url, self-hosted or aws" : undefined) },
    )
    .optional(),
  rotation: counter,
  apiKeyRotation: counter,
} as const;

/** What no file can hold, or is looked at elsewhere. */
const program = z.strictObject({
  ...RELAY_SHAPE,
  transform: z.unknown().optional(),
  configPath: z.unknown().optional(),
});

/** What types cannot tell, or were not asked: JavaScript comes here too, and stack config once it has passed the same rules. */
export function shapeProblems(
  args: Partial<KustomerRelayArgs>,
  asksForHub: boolean,
  edge: Pick<RelayEdge, "receiverProblems">,
): string[] {
  const given: unknown = args;
  const { receiver } = groupsIn(given);
  const { destination, configPath } = isGroup(given) ? (given as typeof args) : {};
  const command = (path: string, value: string): string =>
    configPath === undefined ? "" : `: \`${setCommand(configPath, path, value)}\``;
  const problems = problemsIn(program, receiver?.kind === "aws" ? { ...args, receiver: undefined } : (given ?? {}));
  if (receiver?.kind === "aws")
    problems.push(...awsReceiverProblems(receiver, edge).map((problem) => `receiver.${problem}`));
  if ((!isGroup(given) || given.airkit === undefined) && destination === undefined)
    problems.push(
      `destination: where do events go? Declare \`airkit\`${command("airkit.apiHostname", "api.airkit.com")}, or give an https URL as \`destination\`${command("destination", "<URL>")}`,
    );
  if (isGroup(given) && isGroup(given.airkit) && given.airkit.hub === undefined && asksForHub)
    problems.push(
      `airkit.hub: which Conversation Hub? Give its \`id\`${command("airkit.hub.id", "<UUID>")}, or declare one by the Resources on which conversations begin${command("airkit.hub.channelResourceIds[0]", "<UUID>")}`,
    );
  return problems;
}
