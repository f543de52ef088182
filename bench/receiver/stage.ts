import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contestant, MEMORY } from "./contestants";
import type { LoadOrders, LoadResult } from "./load";
import { freePort } from "../../toolbox/free-port";
import { load, type Running, script, SECRET, startProcess } from "./processes";

export interface Settings {
  readonly seconds: number;
  readonly connections: number;
  readonly bytes: number;
}

export interface Stage {
  readonly folder: string;
  run(orders?: Partial<LoadOrders>): Promise<LoadResult>;
  restart(): Promise<void>;
  kill(): Promise<void>;
}

let from = 1;

/** A contestant and its destination, each a process of its own, warmed up; all of it gone afterwards. */
export async function onStage<T>(contestant: Contestant, settings: Settings, work: (stage: Stage) => Promise<T>) {
  const folder = mkdtempSync(join(contestant.memory ? MEMORY : tmpdir(), "relay-bench-"));
  const [port, sinkPort] = [await freePort(), await freePort()];
  const sink = await startProcess([...script("contestants/sink.js"), String(sinkPort)], sinkPort);
  const start = (): Promise<Running> => startProcess(contestant.command(port, folder, sinkPort), port);
  let server = await start();
  const stage: Stage = {
    folder,
    run: (more = {}) => {
      const orders = { port, path: contestant.path, secret: SECRET, ...settings, from };
      from += 1_000_000;
      return load({ ...orders, ...contestant.load, ...more });
    },
    restart: async () => {
      await server.stop("SIGKILL");
      server = await start();
    },
    kill: () => server.stop("SIGKILL"),
  };
  try {
    await stage.run({ seconds: Math.min(2, settings.seconds) });
    return await work(stage);
  } finally {
    await server.stop("SIGKILL");
    await sink.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
