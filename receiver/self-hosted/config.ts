import * as z from "zod";
import { DELIVERY_DEFAULTS, destinationHeaderProblems, destinationUrlProblem } from "../destination";
import { CONTROLS_SHAPE } from "../controls-schema";
import { expectationProblem } from "../silence";
import { businessHoursSchema } from "../silence-schema";
import { RELAY_NAME, normalPath, publicUrlProblem, relayPathProblem } from "../relay-path";

/** Kustomer sends an event for the last time 64 minutes after the first: a younger limit would refuse genuine retries. */
const LEAST_MAX_AGE_MINUTES = 65;

/** Thirty days: what has to be kept for longer belongs into an archive, not into a queue. */
const MOST_KEPT_HOURS = 720;

const secretSource = z.union([
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ command: z.array(z.string()).min(1) }),
]);

const destination = z
  .strictObject({
    url: z.string(),
    headers: z.record(z.string(), z.string({ error: "is not text; put its value into quotes" })).default({}),
    timeoutSeconds: z
      .number()
      .positive()
      .max(300)
      .default(DELIVERY_DEFAULTS.timeoutMs / 1000),
    concurrency: z.int().min(1).max(1000).default(DELIVERY_DEFAULTS.concurrency),
    triesWhenRefused: z.int().min(1).max(100).default(DELIVERY_DEFAULTS.triesWhenRefused),
    giveUpAfterDays: z.number().positive().max(365).default(14),
    firstRetrySeconds: z
      .number()
      .positive()
      .default(DELIVERY_DEFAULTS.backoff.firstMs / 1000),
    maxRetrySeconds: z
      .number()
      .positive()
      .default(DELIVERY_DEFAULTS.backoff.maxMs / 1000),
    allowLoopbackHttp: z.boolean().default(false),
    /** Through which events are sent. HTTPS_PROXY is not asked: events go where the file says. */
    proxy: z.url({ protocol: /^https?$/, error: "is no http or https URL" }).optional(),
    /** Whether a dead letter keeps the first 512 bytes of what the destination answered. */
    keepAnswerExcerpt: z.boolean().default(DELIVERY_DEFAULTS.keepAnswerExcerpt),
  })
  .superRefine(({ url, headers, allowLoopbackHttp }, context) => {
    const problem = destinationUrlProblem(url, allowLoopbackHttp);
    if (problem !== undefined) context.addIssue({ code: "custom", path: ["url"], message: problem });
    for (const { name, problem } of destinationHeaderProblems(headers)) {
      context.addIssue({ code: "custom", path: ["headers", name], message: problem });
    }
  });

const relay = z
  .strictObject({
    name: z.string().regex(RELAY_NAME, "use lowercase letters, digits and dashes"),
    path: z.string().default("/kustomer"),
    /** The address that Kustomer is given, to be checked against the path. Leave it out where a proxy changes paths. */
    publicUrl: z.string().optional(),
    secrets: z.array(secretSource).min(1, "name at least one place where the signing secret is").max(4),
    destination,
    maxAgeMinutes: z.number().min(LEAST_MAX_AGE_MINUTES).optional(),
    /** Its part of store.maxMiB. Relays that name none share equally what the others leave. */
    maxMiB: z.number().positive().optional(),
    /** It is reported, by metric, log and readiness, when no event has come for so long. */
    expectEventEveryMinutes: z.int().min(1).optional(),
    /** The time that counts for expectEventEveryMinutes. */
    businessHours: businessHoursSchema.optional(),
    ...CONTROLS_SHAPE,
    /** Says the same in place of these, in JSON, and may change while the receiver runs: a program writes it. */
    controlsFile: z.string().min(1).optional(),
    /** How long delivered events are kept, to be looked at or delivered again. They hold customers' words, so none are by default. */
    keepDeliveredHours: z.number().min(0).max(MOST_KEPT_HOURS).default(0),
  })
  .superRefine(({ path, publicUrl, businessHours, expectEventEveryMinutes, controlsFile, ...others }, context) => {
    const beside = Object.keys(CONTROLS_SHAPE).filter(
      (name) => others[name as keyof typeof CONTROLS_SHAPE] !== undefined,
    );
    if (controlsFile !== undefined && beside.length > 0) {
      const message = `says everything about the relay's controls: take ${beside.map((name) => `\`${name}\``).join(", ")} out here, or leave it out`;
      context.addIssue({ code: "custom", path: ["controlsFile"], message });
    }
    const problems = {
      businessHours: expectationProblem(expectEventEveryMinutes, businessHours),
      path: relayPathProblem(path),
      publicUrl: publicUrl === undefined ? undefined : publicUrlProblem(publicUrl, [path]),
    };
    for (const [key, message] of Object.entries(problems)) {
      if (message !== undefined) context.addIssue({ code: "custom", path: [key], message });
    }
  });

const address = { host: z.string().min(1).default("127.0.0.1"), port: z.int().min(0).max(65_535) };
const mebibytes = z.number().positive();

/** What receiver.yaml holds. Every key that has a default may be left out; an unknown key is an error, not a typo unnoticed. */
export const configSchema = z
  .strictObject({
    listen: z.strictObject({ ...address, port: address.port.default(8080) }).prefault({}),
    /** Where /readyz, /metrics and details are; 127.0.0.1:9464, or a free port if that is taken, where it is not said. */
    observe: z.strictObject(address).optional(),
    store: z
      .strictObject({
        folder: z.string().min(1).default("kustomer-relay-store"),
        maxMiB: mebibytes.default(4096),
        minFreeMiB: mebibytes.default(64),
        dedupeHours: z.number().min(24).default(24),
      })
      .prefault({}),
    limits: z
      .strictObject({
        bodyKiB: z.number().positive().max(65_536).default(1024),
        /** For the bodies of all requests together. */
        bufferMiB: mebibytes.default(64),
        connections: z.int().min(8).default(12_000),
        /** Longer than the idle timeout of the usual load balancers (60 s), so that it is them who close a connection. */
        keepAliveSeconds: z.number().positive().max(3600).default(65),
        headersSeconds: z.number().positive().default(10),
        requestSeconds: z.number().positive().default(20),
      })
      .prefault({}),
    logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
    /** Together with what comes after, it has to fit into the ten seconds that Docker gives a container. */
    stopGraceSeconds: z.number().min(0).default(8),
    relays: z.array(relay).min(1, "declare at least one relay"),
  })
  .superRefine(({ limits, relays, store }, context) => {
    if (limits.bufferMiB * 1024 < limits.bodyKiB) {
      context.addIssue({ code: "custom", path: ["limits", "bufferMiB"], message: "must hold one body of bodyKiB" });
    }
    const declared = relays.reduce((sum, { maxMiB = 0 }) => sum + maxMiB, 0);
    const all = relays.every(({ maxMiB }) => maxMiB !== undefined);
    if (all ? declared > store.maxMiB : declared >= store.maxMiB) {
      const message = `is ${store.maxMiB}, of which the relays' own maxMiB take ${declared}: raise it, or lower theirs`;
      context.addIssue({ code: "custom", path: ["store", "maxMiB"], message });
    }
    const told = { name: relays.map(({ name }) => name), path: relays.map(({ path }) => normalPath(path)) };
    for (const [key, values] of Object.entries(told)) {
      const repeated = values.findIndex((value, index) => values.indexOf(value) < index);
      if (repeated >= 0) {
        context.addIssue({ code: "custom", path: ["relays", repeated, key], message: `is used by an earlier relay` });
      }
    }
  });

export type ReceiverConfigInput = z.input<typeof configSchema>;
export type ReceiverConfig = z.output<typeof configSchema>;
export type RelayConfig = ReceiverConfig["relays"][number];
export type SecretSource = z.output<typeof secretSource>;

/** A mistake of the person who wrote the configuration: shown as it is, without a stack. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export function parseConfig(input: unknown, origin: string): ReceiverConfig {
  const parsed = configSchema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "(top)"}: ${issue.message}`);
  throw new ConfigError(`Reading ${origin}:\n${problems.join("\n")}`);
}
