import { Live } from "./live";
import { routesOf } from "./routes";
import { type ConsoleServer, startConsoleServer } from "./server";
import type { Source } from "./source";
import { StackSource } from "./stack-source";
import { StoreSource } from "./store-source";

export interface ConsoleWishes {
  /** `undefined` is the one that is selected. */
  readonly stacks: readonly (string | undefined)[];
  readonly cwd: string;
  readonly store: string | undefined;
  readonly readOnly: boolean;
  readonly port?: number | undefined;
}

/** A store is asked over a socket of this machine; a stack takes the CLI, and requests to Kustomer and AWS. */
const ASK_STORE_EVERY_MS = 2_000;
const ASK_STACK_EVERY_MS = 60_000;

/** The console over what is named: a page, and whoever asks for what it shows. */
export async function openConsole({ stacks, cwd, store, readOnly, port }: ConsoleWishes): Promise<ConsoleServer> {
  const live = new Live();
  const stackSources = stacks.map((stack) => new StackSource(stack, cwd, store, live));
  const storeSources = store === undefined ? [] : [new StoreSource(store, live)];
  const sources: readonly Source[] = [...stackSources, ...storeSources];
  for (const source of sources) source.announce();
  const server = await startConsoleServer({
    routes: routesOf(sources),
    feed: live.feed,
    readOnly,
    port,
    isBusy: () => stackSources.some(({ isRunning }) => isRunning),
  });
  const askAll = (those: readonly Source[]): void => {
    for (const source of those) void source.refresh();
  };
  askAll(sources);
  const timers = [
    setInterval(() => {
      if (live.isWatched) askAll(storeSources);
    }, ASK_STORE_EVERY_MS),
    setInterval(() => {
      if (live.isWatched) askAll(stackSources);
    }, ASK_STACK_EVERY_MS),
  ];
  return {
    port: server.port,
    get address() {
      return server.address;
    },
    renew: () => server.renew(),
    close: async () => {
      timers.forEach(clearInterval);
      await server.close();
      await Promise.all(stackSources.map((source) => source.close()));
    },
  };
}
