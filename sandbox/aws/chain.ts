import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repoRoot } from "../../toolbox/pulumi/places";
import type { Credentials } from "../../receiver/aws/client";
import { LIMITS, type RelaySecret, VARIABLES } from "../../receiver/contract";
import { sealRoute } from "../../receiver/route-seal";
import { CREDENTIALS, LocalEngine, type EngineName } from "./engine";
import { EventSource } from "./event-source";
import { FunctionUrl } from "./function-url";
import type { KillOrder } from "./functions/stepping";
import { type FunctionCode, HostedFunction } from "./hosted-function";
import { makeResources, putRelay, type Resources } from "./resources";
import { ScaledServices } from "./scaled-services";
import type { Tools } from "../../toolbox/aws-local";

/** A path for one more relay. */
export function newRoute(): string {
  return sealRoute(randomBytes(16).toString("hex"), ROUTE_KEY);
}

export type FunctionName = "intake" | "delivery";

export interface ChainSettings {
  readonly engine?: EngineName;
  /** How many times faster than real the functions' clock, SQS's visibility time-outs and its deduplication run. */
  readonly timeScale?: number;
  /** Of the intake: its reserved concurrency. */
  readonly intakeConcurrency?: number;
  /** Batches delivered at once: `maximumConcurrency`. */
  readonly deliveryConcurrency?: number;
  /** Seconds, by the function's own clock, real ones. */
  readonly deliveryTimeoutSeconds?: number;
  readonly maxReceiveCount?: number;
  readonly giveUpAfterDays?: number;
  /** The first environment of each function takes kill orders, and runs the sources instead of the bundle. */
  readonly stepping?: boolean;
  /** The intake answers before the event is stored. Only with `stepping`. */
  readonly broken?: boolean;
  /** Have `services` in between even where time is real, so that they can be made to misbehave. */
  readonly troublesome?: boolean;
  readonly port?: number;
  /** Whose rights the functions have, once there is something to have rights to. Default: the engine's own, which are all. */
  readonly roles?: (engine: LocalEngine, resources: Resources) => Promise<Readonly<Record<FunctionName, Credentials>>>;
}

const INTAKE_SECONDS = 10;
const ROUTE_KEY = "the key of the local receiver's routes";
const MEMORY_MIB = 256;

/**
 * The hosted receiver on this machine: real HTTP → Function URL → intake → SQS FIFO → event source → delivery → destination.
 * The functions are the bundles that the package ships, under AWS's own Lambda emulator.
 */
export class Chain {
  private constructor(
    readonly engine: LocalEngine,
    readonly resources: Resources,
    readonly functions: Readonly<Record<FunctionName, HostedFunction>>,
    /** What stands between the functions and the engine; undefined where nothing does. */
    readonly services: ScaledServices | undefined,
    private readonly front: FunctionUrl,
    private readonly source: EventSource,
    private readonly orders: Orders,
  ) {}

  static async start(tools: Tools, settings: ChainSettings = {}): Promise<Chain> {
    const { timeScale = 1, deliveryConcurrency = 2, intakeConcurrency = 2, deliveryTimeoutSeconds = 60 } = settings;
    const engine = await LocalEngine.start(tools, settings.engine ?? "ministack");
    const resources = await makeResources(engine.call, {
      name: "local",
      visibilitySeconds: Math.max(1, Math.round((6 * deliveryTimeoutSeconds) / timeScale)),
      maxReceiveCount: settings.maxReceiveCount,
    });
    const roles = (await settings.roles?.(engine, resources)) ?? { intake: CREDENTIALS, delivery: CREDENTIALS };
    const services =
      timeScale === 1 && !settings.troublesome ? undefined : await ScaledServices.open(engine, timeScale);
    const orders = await Orders.make();
    const shared = {
      AWS_ENDPOINT_URL: services?.url ?? engine.url,
      [VARIABLES.secretPrefix]: resources.secretPrefix,
      [VARIABLES.receiver]: "local",
      [VARIABLES.queueUrl]: resources.queueUrl,
      LOCAL_CLOCK_ORIGIN: String(Date.now()),
      LOCAL_CLOCK_SCALE: String(timeScale),
      ...(settings.broken && { LOCAL_BROKEN: "1" }),
    };
    const hosted = (
      name: FunctionName,
      concurrency: number,
      timeoutSeconds: number,
      environment: Readonly<Record<string, string>>,
    ): HostedFunction =>
      new HostedFunction(tools, concurrency, (place) => ({
        name,
        timeoutSeconds,
        memoryMiB: MEMORY_MIB,
        code: codeOf(name, settings.stepping === true && place === 0, timeScale),
        credentials: roles[name],
        environment: { ...shared, ...environment, LOCAL_BUNDLE: bundleOf(name), LOCAL_ORDERS: orders.fileOf(name) },
      }));
    const functions = {
      intake: hosted("intake", intakeConcurrency, INTAKE_SECONDS, { [VARIABLES.routeKey]: ROUTE_KEY }),
      delivery: hosted("delivery", deliveryConcurrency, deliveryTimeoutSeconds, {
        [VARIABLES.deadLetterQueueUrl]: resources.deadLetterQueueUrl,
        [VARIABLES.table]: resources.table,
        [VARIABLES.maximumConcurrency]: String(Math.max(deliveryConcurrency, LIMITS.maximumConcurrency.least)),
        ...(settings.giveUpAfterDays !== undefined && {
          [VARIABLES.giveUpAfterDays]: String(settings.giveUpAfterDays),
        }),
      }),
    };
    const front = await FunctionUrl.open(functions.intake, settings.port);
    // Lambda takes from the queue with the function's own role.
    const source = new EventSource(engine.callAs(roles.delivery), functions.delivery, {
      ...resources,
      concurrency: deliveryConcurrency,
    });
    return new Chain(engine, resources, functions, services, front, source, orders);
  }

  /** Where a relay's webhook posts to. */
  urlOf(route: string): string {
    return this.front.url + route;
  }

  /** Makes a relay, or changes it: the signing secret from before goes on being accepted. */
  putRelay(route: string, relay: RelaySecret): Promise<void> {
    return putRelay(this.engine.call, this.resources, route, relay);
  }

  /** Has the first environment of a function end at a named point. */
  orderKill(name: FunctionName, order: Omit<KillOrder, "id"> | undefined): void {
    this.orders.give(name, order);
  }

  async stop(): Promise<void> {
    await this.front.close();
    await Promise.all(Object.values(this.functions).map((each) => each.stop()));
    await this.source.stop();
    await this.services?.close();
    await this.engine.stop();
    await this.orders.remove();
  }
}

function bundleOf(name: FunctionName): string {
  return path.join(repoRoot(), "dist/receiver/aws/functions", name, "index.js");
}

function codeOf(name: FunctionName, stepping: boolean, timeScale: number): FunctionCode {
  const ours = path.join(repoRoot(), "dist/sandbox/aws/functions");
  if (stepping) return { folder: ours, handler: "stepping.handler" };
  if (timeScale !== 1) return { folder: ours, handler: "bundle.handler" };
  return { folder: path.dirname(bundleOf(name)), handler: "index.handler" };
}

/** A file for each function, which its first environment looks into at every named point. */
class Orders {
  private given = 0;

  private constructor(private readonly folder: string) {}

  static async make(): Promise<Orders> {
    const orders = new Orders(await mkdtemp(path.join(tmpdir(), "relay-local-")));
    orders.give("intake", undefined);
    orders.give("delivery", undefined);
    return orders;
  }

  fileOf(name: FunctionName): string {
    return path.join(this.folder, `${name}.json`);
  }

  give(name: FunctionName, order: Omit<KillOrder, "id"> | undefined): void {
    this.given += 1;
    const file = this.fileOf(name);
    // Renamed into place, because it may be read at any moment.
    writeFileSync(`${file}.new`, order ? JSON.stringify({ id: this.given, ...order }) : "");
    renameSync(`${file}.new`, file);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
