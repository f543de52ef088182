import { readCommandLine, usage, WrongArguments } from "./command-line";
import { howToUse } from "./how-to-use";
import { startSandbox } from "./start";

/** Runs a sandbox until it is told to stop; what it prints, by default one line of JSON, says where it is. */
async function main(): Promise<void> {
  const { untilStdinCloses, howToUse: forAPerson, ...options } = readCommandLine(process.argv.slice(2));
  const sandbox = await startSandbox(options);
  const stop = (): void => {
    void sandbox.close().then(() => {
      process.stdin.destroy();
      process.exitCode = 0;
    });
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Whoever started us holds the other end: however it dies, we go with it.
  if (untilStdinCloses) process.stdin.resume().once("close", stop);
  const { url, managementKey, issuerUrl, issuerToken, airkitConsoleUrl, airkitToken } = sandbox;
  const ready = { url, managementKey, issuerUrl, issuerToken, airkitConsoleUrl, airkitToken };
  console.log(forAPerson ? howToUse(sandbox) : JSON.stringify(ready));
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof WrongArguments ? `${message}\n\n${usage}` : `The sandbox did not start: ${message}`);
  process.exitCode = 1;
});
