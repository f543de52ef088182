import { PulumiCommand, type PulumiCommandOptions } from "@pulumi/pulumi/automation";

/** Run by install.ts as `node install-child.js <connect timeout in ms> <root> <version>`. */
async function main([connectMs, root, version]: string[]): Promise<void> {
  // The SDK waits two minutes for its first answer; a network that swallows packets is told apart sooner.
  await fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal: AbortSignal.timeout(Number(connectMs)) });
  // The SDK only prints the version, and its type comes from a package that is not ours to depend on.
  const wanted = version as unknown as PulumiCommandOptions["version"];
  await PulumiCommand.install({ root, version: wanted, skipVersionCheck: true });
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}${cause}\n`, () => process.exit(1));
  },
);
