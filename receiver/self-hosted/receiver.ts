import { rmSync } from "node:fs";
import type { Server } from "node:http";
import type { Clock } from "../clock";
import { type Inbox, StoreUnavailable } from "../inbox";
import { type Controls, sentencesOf } from "../controls";
import { createAdmin, type StoreAdmin } from "./admin";
import type { ReceiverConfig } from "./config";
import { serveControl } from "./control";
import { ControlsBoard } from "./controls-board";
import { Deliveries } from "./deliveries";
import { createFront, type FrontParts } from "./front";
import { Inflow } from "./inflow";
import { PauseWatch } from "./pause-watch";
import { closeServer, listen, listenOrElsewhere } from "./listening";
import { StoreHealth } from "./health";
import { LogStream } from "./log-stream";
import { createLog, type Log } from "./logs";
import { Metrics } from "./metrics";
import { Observe } from "./observe";
import { RelayControlsDeclared } from "./relay-controls";
import { RelaySecrets } from "./relay-secrets";
import { Reporting } from "./reporting";
import { SilenceWatch } from "./silence-watch";
import type { Store } from "./store";
import { controlSocket } from "./store-folder";
import { openStoreThread } from "./store-thread/client";

export interface LocalReceiver {
  /** Where the relays' paths are, without a path. */
  readonly url: string;
  /** Where /healthz, /readyz and /metrics are, with all details. */
  readonly observeUrl: string;
  readonly admin: StoreAdmin;
  /** Reads the files of secrets and controls again. */
  reload(): Promise<void>;
  /** Takes no new requests, answers those in flight, keeps the queue, lets go of the store. */
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  readonly setAsideDamaged?: boolean;
  readonly log?: Log;
  /** The script of the store's thread, where it is not the one beside this file. */
  readonly storeWorker?: string;
  /** For the crash harness, which ends the process at a named point or breaks a promise on purpose. */
  readonly step?: (step: "before-answer" | "answered" | "posted") => void;
  readonly wrapInbox?: (inbox: Inbox) => Inbox;
}

const TICK_MS = 1_000;
/** In a second: ten thousand kept deliveries. */
const MOST_STEPS = 20;
/** The port that Prometheus' list of exporters gives to metrics of one's own. */
const USUAL_OBSERVE = { host: "127.0.0.1", port: 9464 };

/** The self-hosted receiver, composed: node:http in front, SQLite in the middle, one delivery per relay behind. */
export async function startReceiver(config: ReceiverConfig, options: ReceiverOptions = {}): Promise<LocalReceiver> {
  // Standard error, because standard output belongs to the command's own words.
  const lines = options.log ? undefined : new LogStream(2);
  const log = options.log ?? createLog(config.logLevel, lines ?? { write: () => undefined });
  const reporting = new Reporting(log, new Metrics());
  const { store, setAside } = await openStoreThread(config, {
    setAsideDamaged: options.setAsideDamaged ?? false,
    ...(options.storeWorker !== undefined && { worker: options.storeWorker }),
  });
  if (setAside !== undefined)
    log.error({ setAside }, "the store was damaged: its files were set aside, a new one was begun");
  const running = new Running(config, options, store, reporting, lines);
  try {
    return await running.start();
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** What runs, and how it ends: in the reverse order of its start, as far as that came. */
class Running {
  /** The wall's, so that ages follow when it is put right. */
  private readonly clock: Clock = () => Date.now();
  private readonly secrets: RelaySecrets;
  private readonly deliveries: Deliveries;
  private readonly health: StoreHealth;
  private readonly silence: SilenceWatch;
  private readonly declared: RelayControlsDeclared;
  private readonly board: ControlsBoard;
  private readonly inflow = new Inflow(() => performance.now());
  private readonly pauses: PauseWatch;
  private readonly ends: (() => Promise<void> | void)[] = [];
  private stopping: Promise<void> | undefined;
  private droppedBefore = 0;

  constructor(
    private readonly config: ReceiverConfig,
    private readonly options: ReceiverOptions,
    private readonly store: Store,
    private readonly reporting: Reporting,
    private readonly lines: LogStream | undefined,
  ) {
    const relays = config.relays.map(({ name }) => name);
    this.health = new StoreHealth(store, (health, before) => {
      reporting.health(relays, health, before);
    });
    this.silence = new SilenceWatch(config.relays, this.clock, (...found) => {
      reporting.silence(...found);
    });
    for (const relay of relays) reporting.metrics.accepts(relay, true);
    this.declared = new RelayControlsDeclared(config.relays, reporting, (...changed) => {
      this.declareAnew(...changed);
    });
    this.board = new ControlsBoard({
      store,
      clock: this.clock,
      declared: () => this.declared.all(),
      changed: (controls, why) => {
        reporting.controls(controls, why);
        this.deliveries.wake(controls.relay);
      },
    });
    this.pauses = new PauseWatch(store, this.board, this.inflow, (...found) => {
      reporting.pauseRoom(...found);
    });
    this.secrets = new RelaySecrets(config.relays, reporting);
    this.deliveries = new Deliveries({
      relays: config.relays,
      inbox: this.inbox,
      secrets: this.secrets,
      clock: this.clock,
      board: this.board,
      reporting,
      ...(options.step && { posted: () => options.step?.("posted") }),
    });
  }

  async start(): Promise<LocalReceiver> {
    const { config, store, secrets, deliveries } = this;
    const graceMs = config.stopGraceSeconds * 1000;
    const admin = createAdmin({
      store,
      running: true,
      board: this.board,
      bytesPerMs: (relay) => this.inflow.bytesPerMs(relay),
      circuitsOpen: deliveries.circuitsOpen,
      replayed: deliveries.wakeAll,
    });
    this.ends.push(() => store.close());
    await this.declared.start();
    await this.board.start();
    const socketPath = controlSocket(config.store.folder);
    const control = await serveControl(socketPath, admin);
    this.ends.push(() => {
      rmSync(socketPath, { force: true });
    });
    this.ends.push(() => closeServer(control, 0));
    await secrets.start();
    const observe = this.observe();
    const observeUrl = await this.listenForDetails(observe.detailsServer());
    const intake = createFront({ ...this.frontParts(), other: observe.besideWebhook });
    // Side by side: the grace is one for all that is under way.
    this.ends.push(async () => {
      await Promise.all([deliveries.stop(graceMs), closeServer(intake, graceMs)]);
    });
    const url = await listen(intake, config.listen);
    await this.rememberLastReceived();
    const ticking = setInterval(() => void this.tick(), TICK_MS).unref();
    this.ends.push(() => {
      clearInterval(ticking);
    });
    deliveries.start();
    return { url, observeUrl, admin, reload: this.reload, stop: this.stop };
  }

  private readonly reload = async (): Promise<void> => {
    await Promise.all([this.secrets.reload(), this.declared.reload()]);
  };

  readonly stop = (): Promise<void> => {
    this.stopping ??= this.end();
    return this.stopping;
  };

  private async end(): Promise<void> {
    this.secrets.close();
    this.declared.close();
    for (const end of this.ends.reverse()) await end();
    await this.lines?.close();
  }

  private get inbox(): Inbox {
    return this.options.wrapInbox?.(this.store) ?? this.store;
  }

  /** Where nobody said where, another receiver on this machine may have the usual port. */
  private async listenForDetails(server: Server): Promise<string> {
    const { observe } = this.config;
    const url = observe ? await listen(server, observe) : await listenOrElsewhere(server, USUAL_OBSERVE);
    this.ends.push(() => closeServer(server, 0));
    if (!observe && !url.endsWith(`:${USUAL_OBSERVE.port}`)) this.reporting.observedElsewhere(url, USUAL_OBSERVE.port);
    return url;
  }

  private frontParts(): Omit<FrontParts, "other"> {
    const { config, options, inbox, clock, secrets, declared, reporting, silence, inflow, deliveries } = this;
    const parts = { config, inbox, clock, secrets, declared, reporting, silence, inflow, deliveries };
    return options.step ? { ...parts, step: options.step } : parts;
  }

  private observe(): Observe {
    const { store, health, secrets, config } = this;
    const { metrics } = this.reporting;
    return new Observe({
      relays: config.relays,
      probe: () => health.probe(),
      isStopping: () => this.stopping !== undefined,
      missing: (relay) =>
        secrets.of(relay)().length > 0 ? this.declared.missing(relay) : `relay ${relay} has no signing secret yet`,
      noteOn: (relay) => this.notesOn(relay),
      overridesOf: (relay) => sentencesOf(this.board.controlsOf(relay)?.overrides ?? {}),
      metrics: async () => ({
        text: await metrics.text(await store.stats(), this.clock()),
        contentType: metrics.registry.contentType,
      }),
    });
  }

  /** What is worth knowing of a relay although its events are taken. */
  private notesOn(relay: string): string | undefined {
    const controls = this.board.controlsOf(relay);
    const notes = [
      this.silence.problemOf(relay),
      ...(controls ? sentencesOf(controls.overrides) : []),
      controls?.declared?.paused === true && controls.paused ? "declared as paused" : undefined,
      this.pauses.problemOf(relay),
      this.declared.problemOf(relay),
    ].filter((note) => note !== undefined);
    return notes.length === 0 ? undefined : notes.join("; ");
  }

  private declareAnew(relay: string, controls: Controls): void {
    this.board.declare(relay, controls).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.reporting.storeFailed(error);
    });
  }

  /** What is done once a second. */
  private async tick(): Promise<void> {
    this.silence.look();
    const dropped = (this.lines?.dropped ?? 0) - this.droppedBefore;
    this.droppedBefore += dropped;
    if (dropped > 0) this.reporting.logLinesDropped(dropped);
    try {
      await this.health.look();
      await this.board.look();
      await this.pauses.look();
      await this.store.prune();
      // These keep up with whatever comes in, since they must make room for it.
      for (let step = 0; step < MOST_STEPS && (await this.store.forgetDeliveries()); step += 1);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.reporting.storeFailed(error);
    }
  }

  private async rememberLastReceived(): Promise<void> {
    for (const { destination, lastReceivedAt } of (await this.store.stats()).destinations) {
      if (lastReceivedAt !== undefined) this.silence.received(destination, lastReceivedAt);
    }
  }
}
