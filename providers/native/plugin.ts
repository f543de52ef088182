/** The provider plugin: what the engine starts for programs in every language that has no dynamic providers. */
import { EngineLog } from "./log";
import { lookUp } from "./lookups";
import { NativeProvider } from "./provider";
import { serve } from "./server";
import { answersOf } from "./service";
import { pluginVersion, shippedSchema } from "./shipped-schema";

/** How long a call that has begun may take once the engine is gone: waits end at once, a request has its own time limit before this. */
const LONGEST_WITHOUT_ENGINE_MS = 2 * 60_000;

async function main(): Promise<void> {
  const log = new EngineLog();
  const provider = new NativeProvider({
    warn: (message, urn) => {
      log.warn(message, urn);
    },
  });
  let address = "";
  const attach = (given: string): void => {
    if (given === "" || given === address) return;
    address = given;
    log.attach(address, () => {
      // Nobody hears what it says any more; what has begun comes to an end, and is found by its owner mark.
      provider.cancel();
      void serving.idle(LONGEST_WITHOUT_ENGINE_MS).then(() => process.exit(0));
    });
  };
  const serving = await serve(
    answersOf({
      provider,
      version: pluginVersion,
      schema: shippedSchema,
      lookups: lookUp,
      construct: async (request) => {
        const { construct } = await import("./construct.js");
        const { context, isOfAnyVersion } = provider;
        return construct(request, { engine: address, settings: context.settings, isOfAnyVersion });
      },
      attach,
    }),
    () => log.settled(),
  );
  attach(process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "");
  process.stdout.write(`${serving.port}\n`);
}

void main();
