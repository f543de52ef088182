import { type AddressInfo, isIPv6 } from "node:net";
import { createServer, type Server } from "node:http";
import { rmSync } from "node:fs";
import { type Clock, steadyClock } from "../clock";
import { Delivery } from "../delivery";
import { type Inbox, StoreUnavailable } from "../inbox";
import { type Admin, createAdmin } from "./admin";
import type { ReceiverConfig, RelayConfig } from "./config";
import { serveControl } from "./control";
import { deliveryDestination } from "./destinations";
import type { Step } from "./group-commit";
import { createLog, type Log } from "./logs";
import { Metrics } from "./metrics";
import { createObserve } from "./observe";
import { openInbox } from "./open-inbox";
import { createPoster } from "./post";
import { Reporting } from "./reporting";
import { SecretKeeper } from "./secrets";
import { createIntakeServer, type Route } from "./server";
import { controlSocket } from "./store-folder";

export interface LocalReceiver {
  /** Where the relays' paths are, without a path. */
  readonly url: string;
  /** Where /healthz, /readyz and /metrics are. */
  readonly observeUrl: string;
  readonly admin: Admin;
  reloadSecrets(): Promise<void>;
  /** Takes no new requests, answers those in flight, keeps the queue, lets go of the store. */
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  readonly setAsideDamaged?: boolean;
  readonly log?: Log;
  readonly clock?: Clock;
  /** For the crash harness, which ends the process at a named point or breaks a promise on purpose. */
  readonly step?: (step: Step | "before-answer" | "answered" | "posted") => void;
  readonly wrapInbox?: (inbox: Inbox) => Inbox;
}

/** The local receiver, composed: node:http in front, SQLite in the middle, one delivery per relay behind. */
export async function startReceiver(config: ReceiverConfig, options: ReceiverOptions = {}): Promise<LocalReceiver> {
  const clock = options.clock ?? steadyClock();
  const log = options.log ?? createLog(config.logLevel);
  const reporting = new Reporting(log, new Metrics());
  const { inbox, setAside } = openInbox(config, clock, options);
  if (setAside !== undefined)
    log.error({ setAside }, "the store was damaged: its files were set aside, a new one was begun");
  const shared = options.wrapInbox?.(inbox) ?? inbox;
  const keepers = new Map(
    config.relays.map((one) => [one.name, new SecretKeeper(one.secrets, reporting.secrets(one.name))]),
  );
  const reloadSecrets = async (): Promise<void> => {
    await Promise.all([...keepers.values()].map((keeper) => keeper.reload()));
  };
  await reloadSecrets();
  for (const keeper of keepers.values()) keeper.watch();

  const poster = createPoster(Math.max(...config.relays.map((one) => one.destination.concurrency)));
  const secretsOf = (relay: RelayConfig) => keepers.get(relay.name)?.current ?? (() => []);
  const deliveries = new Map(
    config.relays.map((relay) => {
      const observer = reporting.deliveries(relay.name);
      return [
        relay.name,
        new Delivery({
          inbox: shared,
          destination: deliveryDestination(relay),
          secrets: secretsOf(relay),
          post: poster.post,
          clock,
          observer: options.step ? { ...observer, posted: () => options.step?.("posted") } : observer,
        }),
      ];
    }),
  );
  const routes = new Map<string, Route>(
    config.relays.map((relay) => [relay.path, { settings: intakeSettings(relay, config), secrets: secretsOf(relay) }]),
  );

  let stopping = false;
  const observe = createObserve({
    inbox,
    metrics: reporting.metrics,
    clock,
    notReady: () => {
      if (stopping) return "the receiver is stopping";
      const without = config.relays.find((relay) => secretsOf(relay)().length === 0);
      return without && `relay ${without.name} has no signing secret yet`;
    },
  });
  const intake = createIntakeServer({
    routes,
    inbox: shared,
    clock,
    limits: config.limits,
    ...(!config.observe && { other: observe }),
    ...(options.step && { step: options.step }),
    answered: (route, answer, bytes, ms) => {
      const relay = route?.settings.destination ?? "none";
      reporting.answered(relay, answer, bytes, ms);
      if (answer.outcome === "stored") deliveries.get(relay)?.wake();
      else if (answer.outcome === "signature-mismatch") keepers.get(relay)?.noteMismatch();
      else if (answer.outcome === "store-unavailable") reporting.metrics.storeFailed();
    },
  });
  const admin = createAdmin({
    inbox,
    running: true,
    circuitsOpen: () => [...deliveries].filter(([, delivery]) => delivery.circuitOpen).map(([name]) => name),
    replayed: () => {
      for (const delivery of deliveries.values()) delivery.wake();
    },
  });
  const socketPath = controlSocket(config.store.folder);
  const closeAll: (() => Promise<void> | void)[] = [
    () => {
      inbox.close();
    },
  ];
  try {
    const control = await serveControl(socketPath, admin);
    closeAll.push(() => closeServer(control, 0));
    closeAll.push(() => {
      rmSync(socketPath, { force: true });
    });
    const observeServer =
      config.observe &&
      createServer((request, response) => {
        if (!observe(request, response)) response.writeHead(404).end();
      });
    const observeUrl = observeServer && config.observe ? await listen(observeServer, config.observe) : undefined;
    if (observeServer) closeAll.push(() => closeServer(observeServer, 0));
    const url = await listen(intake, config.listen);
    const pruning = setInterval(() => {
      inbox.prune().catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error;
        reporting.storeFailed(error);
      });
    }, 1_000).unref();
    for (const delivery of deliveries.values()) delivery.start();
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      stopping = true;
      const graceMs = config.stopGraceSeconds * 1000;
      clearInterval(pruning);
      for (const keeper of keepers.values()) keeper.close();
      await closeServer(intake, graceMs);
      await Promise.all([...deliveries.values()].map((delivery) => delivery.stop(graceMs)));
      await poster.close();
      for (const close of closeAll.reverse()) await close();
    };
    return { url, observeUrl: observeUrl ?? url, admin, reloadSecrets, stop: () => (stopped ??= stop()) };
  } catch (error) {
    for (const keeper of keepers.values()) keeper.close();
    for (const close of closeAll.reverse()) await close();
    throw error;
  }
}

function intakeSettings(relay: RelayConfig, config: ReceiverConfig) {
  return {
    destination: relay.name,
    maxBodyBytes: Math.floor(config.limits.bodyKiB * 1024),
    ...(relay.maxAgeMinutes !== undefined && { maxAgeMs: relay.maxAgeMinutes * 60_000 }),
  };
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Error(`Listening on ${host}:${port}: ${error.message}. Choose another with --host and --port.`));
    });
    server.listen(port, host, 4096, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${bound}`;
}

/** Idle connections are closed at once, busy ones when they have been answered, the rest after the grace. */
async function closeServer(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const cutOff = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}
