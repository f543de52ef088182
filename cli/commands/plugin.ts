import path from "node:path";
import type { Command } from "commander";
import { newCommand } from "../command";
import { printLine } from "../print";
import { Pulumi } from "../pulumi";
import { packageFolder, ownVersion } from "../version";

const DESCRIPTION =
  "The provider plugin is what programs in YAML, Python, Go and other languages declare relays with; TypeScript programs need none. It comes with this package.";

/** Where the build puts it. */
function pluginFolder(): string {
  return path.join(packageFolder(), "dist/plugin");
}

export function command(): Command {
  const install = newCommand(
    "install",
    "Put the provider plugin where Pulumi looks for it.",
    "Puts the provider plugin where Pulumi looks for it, $PULUMI_HOME/plugins or ~/.pulumi/plugins, for every project of yours.",
  ).action(async () => {
    const version = ownVersion();
    const where = ["kustomer-relay", version, "--file", pluginFolder(), "--reinstall"];
    await new Pulumi().run(["plugin", "install", "resource", ...where]);
    printLine(`The provider plugin kustomer-relay ${version} is installed: Pulumi finds it in every project of yours.`);
  });
  const folder = newCommand("folder", "Print the plugin's folder, for `plugins.providers` in a Pulumi.yaml.")
    // Nothing else: it is meant for $(…).
    .action(() => {
      printLine(pluginFolder());
    });
  return newCommand("plugin", "Install the provider plugin for other languages than TypeScript.", DESCRIPTION)
    .addCommand(install)
    .addCommand(folder);
}
