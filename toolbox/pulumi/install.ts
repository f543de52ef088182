import type { Context } from "./context";
import { run } from "./run";
import { engineVersion } from "./version";
import { withProgress } from "./report";

/**
 * The Automation API's own installer, which downloads the CLI from Pulumi's site. It fetches a script that runs programs of
 * its own, none of which has a time limit: it works in a child process so that all of it can be ended.
 */
export async function installEngine(root: string, context: Context, signal: AbortSignal): Promise<void> {
  const [command, ...args] = context.installer ?? [
    process.execPath,
    require.resolve("./install-child"),
    String(context.timeouts.connectMs),
  ];
  await withProgress(
    context.report,
    (elapsed) => `Pulumi ${engineVersion}: trying Pulumi's own installer (${elapsed})`,
    () =>
      run(command, [...args, root, engineVersion], {
        // Without it Node's fetch goes past the proxy that the script's curl uses.
        env: { NODE_USE_ENV_PROXY: "1", ...context.env },
        timeoutMs: context.timeouts.installMs,
        name: "the installer",
        signal,
      }),
  );
}
