import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { packPlugin } from "../toolbox/bundle/pack-plugin";
import { PLUGIN_FOLDER, PLUGIN_NAME } from "../toolbox/bundle/plugin";
import { repoRoot } from "../toolbox/pulumi";
import { BenchError } from "./support/bench-error";
import { lapsOf, medians, ratios } from "./support/laps";
import { median } from "./support/median";
import { BenchProject } from "./support/project";
import { startBenchSandbox } from "./support/sandbox";
import { measureProject } from "./support/state-bytes";

const GOALS = { refreshRatio: 0.75, destroyRatio: 0.75, upCreateRatio: 1, stateBytes: 1600, pluginBytes: 1_300_000 };

/**
 * The provider plugin against the dynamic providers: the same webhooks in the same JavaScript program, so that the provider is
 * what differs. The two take turns, and the median of the laps' ratios counts.
 */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { count, laps, starts } = options(args);
  // An organisation each: stacks of the same name in one take each other's webhooks over, and leave them to each other at the end.
  const sandboxes = [await startBenchSandbox(), await startBenchSandbox()] as const;
  try {
    const plugin = await BenchProject.of("native-webhooks", { env: sandboxes[0].env, plugin: true });
    const dynamic = await BenchProject.of("webhooks", { env: sandboxes[1].env });
    try {
      const taken = await lapsOf({ ours: plugin, theirs: dynamic, count, laps });
      const { bytes, parts } = await measureProject(plugin);
      const [archive = ""] = await packPlugin();
      return {
        ...(await startTimes(starts)),
        ...ratios(taken, "Ratio", ({ seconds }) => seconds),
        ...ratios(taken, "CpuRatio", ({ cpuTicks }) => cpuTicks),
        ...ratios(taken, "MemoryRatio", ({ peakMiB }) => (peakMiB === 0 ? undefined : peakMiB)),
        stateBytes: bytes - (parts.stackTraceOfTheSdk ?? 0),
        stateParts: parts,
        pluginBytes: statSync(archive).size,
        goals: GOALS,
        count,
        laps,
        pluginSeconds: medians(taken.ours, ({ seconds }) => seconds),
        dynamicSeconds: medians(taken.theirs, ({ seconds }) => seconds),
        pluginPeakMiB: medians(taken.ours, ({ peakMiB }) => peakMiB),
        dynamicPeakMiB: medians(taken.theirs, ({ peakMiB }) => peakMiB),
      };
    } finally {
      plugin.remove();
      dynamic.remove();
    }
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
}

function options(args: string[]): { count: number; laps: number; starts: number } {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: "string", default: "50" },
      laps: { type: "string", default: "5" },
      starts: { type: "string", default: "15" },
    },
  });
  const numbers = { count: Number(values.count), laps: Number(values.laps), starts: Number(values.starts) };
  if (!Object.values(numbers).every((number) => Number.isInteger(number) && number > 0))
    throw new BenchError("--count, --laps and --starts must be whole numbers above 0");
  return numbers;
}

/** From the start of the process to its first answer, in turns. */
async function startTimes(times: number): Promise<Record<string, number>> {
  const plugin = path.join(repoRoot(), PLUGIN_FOLDER, PLUGIN_NAME);
  const dynamic = path.join(repoRoot(), "node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs");
  const taken: Record<"plugin" | "dynamic", number[]> = { plugin: [], dynamic: [] };
  for (let turn = 0; turn < times; turn += 1) {
    taken.plugin.push(await startMs(plugin));
    taken.dynamic.push(await startMs("sh", dynamic));
  }
  const [startMsOfPlugin, startMsOfDynamic] = [median(taken.plugin), median(taken.dynamic)];
  return {
    startMs: Math.round(startMsOfPlugin),
    dynamicStartMs: Math.round(startMsOfDynamic),
    startRatio: Math.round((startMsOfPlugin / startMsOfDynamic) * 1000) / 1000,
  };
}

async function startMs(program: string, ...args: string[]): Promise<number> {
  const began = performance.now();
  // Its own group: the dynamic launcher leaves its node behind where it is killed.
  const child = spawn(program, [...args, "127.0.0.1:1"], {
    cwd: repoRoot(),
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  try {
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    await firstAnswer(Number(port));
    return performance.now() - began;
  } finally {
    await end(child);
  }
}

function firstAnswer(port: number): Promise<void> {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return new Promise<void>((resolve, reject) => {
    client.getPluginInfo(new Empty(), (error) => {
      if (error === null) resolve();
      else reject(new BenchError(error.message));
    });
  }).finally(() => {
    client.close();
  });
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exited;
}
