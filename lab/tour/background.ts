import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";

/** A script of this repository in a process of its own, which says in one line of JSON when it is ready. */
export class Background {
  private constructor(private readonly child: ChildProcess) {}

  /**
   * It has a process group of its own, so that Ctrl-C does not take it from under a running `pulumi up`. Unless it is to be
   * kept it holds the other end of a pipe: a script that watches its standard input ends with us, however we end.
   */
  static async start(
    name: string,
    script: string,
    args: readonly string[],
    { directory, keep, env = process.env }: { directory: string; keep: boolean; env?: NodeJS.ProcessEnv },
  ): Promise<{ process: Background; ready: unknown }> {
    const logFile = path.join(directory, `${name}.log`);
    const log = openSync(logFile, "a");
    const child = spawn(process.execPath, [path.join(__dirname, script), ...args], {
      detached: true,
      env,
      stdio: [keep ? "ignore" : "pipe", "pipe", log],
    });
    closeSync(log);
    const lines = createInterface(child.stdout ?? process.stdin);
    const ended = once(child, "exit").then(() => {
      throw new Error(`the ${name} did not start; see ${logFile}`);
    });
    const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
    ended.catch(() => undefined);
    // Neither it nor the pipe it spoke through may keep us from ending: it may be one that outlives us.
    child.unref();
    if (child.stdout instanceof Socket) child.stdout.unref();
    return { process: new Background(child), ready: JSON.parse(line) };
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const patience = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(patience);
  }
}
