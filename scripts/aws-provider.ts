import { parseArgs } from "node:util";
import { ensureEngine } from "../toolbox/pulumi";
import { seconds } from "../toolbox/pulumi/run";
import { ensureAwsProvider } from "../toolbox/aws-plugin/ensure";
import { PLUGIN_LANGUAGES } from "../lab/aws-provider/relays";
import { startLocalAws } from "../lab/aws-provider/local-aws";
import { goOver } from "../lab/aws-provider/go-over";
import { life, type Step } from "../lab/aws-provider/run";

/**
 * Takes the receiver on AWS through its life with the real CLI and the real Terraform AWS provider, against a local AWS:
 * created, looked at, changed, rotated, destroyed. `--language yaml`, `python` or `go`: relays with such receivers, which the plugin declares, go over
 * to JavaScript and back. `--json` prints one line for programs at the end.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean", default: false }, language: { type: "string" } },
  });
  const language = PLUGIN_LANGUAGES.find((one) => one === values.language);
  if (values.language !== undefined && language === undefined)
    throw new TypeError(`there is no language "${values.language}": ${PLUGIN_LANGUAGES.join(", ")}`);
  const engine = await ensureEngine();
  const bin = await ensureAwsProvider();
  const aws = await startLocalAws();
  let steps: Step[];
  try {
    const settings = { engine, bin, aws, report: print };
    steps = language === undefined ? await life(settings) : await goOver(settings, language);
  } finally {
    await aws.stop();
  }
  const problems = steps.flatMap((step) => step.problems.map((problem) => `${step.name}: ${problem}`));
  const total = steps.reduce((sum, { ms }) => sum + ms, 0);
  console.log(`${steps.length} steps in ${seconds(total)}, ${problems.length} problems`);
  if (values.json) console.log(JSON.stringify({ ok: problems.length === 0, ms: total, problems, steps }));
  if (problems.length > 0) process.exitCode = 1;
}

function print({ name, ms, said, problems }: Step): void {
  console.log(`${name.padEnd(22)}${said.padEnd(48)}${(ms / 1000).toFixed(1).padStart(8)} s`);
  for (const problem of problems) console.log(`  ${problem.replaceAll("\n", "\n  ")}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
