import type { Engine } from "./engine";
import { HOW_TO_GET_GO } from "./go";
import { engineVersion, minimumVersion } from "./version";

/** A way that gave no engine. No reasons: there was nothing to look at. */
export interface Miss {
  way: Engine["source"];
  reasons: readonly string[];
}

const ways: Record<Engine["source"], string> = {
  path: "on the PATH",
  home: "under the Pulumi home",
  installer: "Pulumi's own installer",
  build: "a build from Go modules",
};

/** Nothing worked: one message with every way, why it failed and what a person can do. */
export class EngineError extends Error {
  override readonly name = "EngineError";

  constructor(
    readonly misses: readonly Miss[],
    home: string,
  ) {
    const tried = misses.map(
      ({ way, reasons }, index) => `  ${index + 1}. ${ways[way]}: ${indented(reasons.join("\n")) || "none there"}`,
    );
    super(
      [
        `No Pulumi CLI ${minimumVersion} or later with its Node.js language host was found, and none could be provided. Tried:`,
        ...tried,
        "Any one of these helps:",
        "  - install the Pulumi CLI (https://www.pulumi.com/docs/install/) so that `pulumi` and `pulumi-language-nodejs` are on the PATH;",
        `  - unpack Pulumi's release archive of ${engineVersion} so that both are in ${home}/versions/${engineVersion}/bin;`,
        `  - ${HOW_TO_GET_GO} and give it a network or a GOPROXY to fetch modules from.`,
      ].join("\n"),
    );
  }
}

/** What the line about a found engine says of the ways before it. */
export function passedOver(misses: readonly Miss[]): string {
  const notes = misses.flatMap(({ way, reasons }) => reasons.map((reason) => `${ways[way]}: ${oneLine(reason)}`));
  return notes.length > 0 ? `; passed over ${notes.join("; ")}` : "";
}

function indented(text: string): string {
  return text.replaceAll("\n", "\n     ");
}

function oneLine(text: string): string {
  const joined = text.replace(/\s*\n\s*/g, " ");
  return joined.length > 300 ? `${joined.slice(0, 300)}…` : joined;
}
