import { chromium, type Browser } from "playwright-core";
import path from "node:path";
import { ToolError } from "./cache";
import { isExecutable } from "./pulumi/engine";
import { repoRoot } from "./pulumi/places";
import { run } from "./pulumi/run";

/** As the packages of systems call it, the most common first. */
const NAMES = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];

const APPLICATIONS = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

const WHAT_IS_MISSING =
  "No browser: install Chrome or Chromium, or set CHROME_PATH to one. The one that npm brings along runs on x86-64 Linux alone.";

/** A headless Chromium to look at pages with: the installed one, else the one that npm brings along. */
export async function launchBrowser(env: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  const installed = installedBrowser(env);
  if (installed !== undefined) return chromium.launch({ executablePath: installed });
  if (process.platform !== "linux" || process.arch !== "x64") throw new ToolError(WHAT_IS_MISSING);
  // In a process of its own: it is an ES module, which not everything that runs this can load.
  const printed = await run(process.execPath, ["--input-type=module", "--eval", UNPACK], {
    cwd: repoRoot(),
    env,
    timeoutMs: 60_000,
    name: "unpacking Chromium",
  });
  const { executablePath, args } = JSON.parse(printed) as { executablePath: string; args: string[] };
  return chromium.launch({ executablePath, args });
}

/** Once for a machine, into its temporary folder. */
const UNPACK = `
import chromium from "@sparticuz/chromium";
console.log(JSON.stringify({ executablePath: await chromium.executablePath(), args: chromium.args }));
`;

function installedBrowser(env: NodeJS.ProcessEnv): string | undefined {
  if (env.CHROME_PATH) return env.CHROME_PATH;
  const folders = (env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return [...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...APPLICATIONS].find(
    isExecutable,
  );
}
