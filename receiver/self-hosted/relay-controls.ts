import { type Controls, controlsFrom } from "../controls";
import { compileFilter } from "../filter";
import type { IntakeSettings } from "../intake";
import type { RelayConfig } from "./config";
import { ControlsFile } from "./controls-file";
import type { Reporting } from "./reporting";

/** What is declared of every relay's controls: in the configuration, or in a file of their own that it names. */
export class RelayControlsDeclared {
  private readonly files = new Map<string, ControlsFile>();

  constructor(
    private readonly relays: readonly RelayConfig[],
    reporting: Reporting,
    /** Told when a file says something else than it did. */
    changed: (relay: string, controls: Controls) => void,
  ) {
    for (const { name, controlsFile } of relays) {
      if (controlsFile === undefined) continue;
      const observer = { ...reporting.controlsFile(name), changed: changed.bind(undefined, name) };
      this.files.set(name, new ControlsFile(controlsFile, observer));
    }
  }

  async start(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => file.start()));
  }

  /** Undefined of a relay whose file could not be read yet. */
  all(): Map<string, Controls | undefined> {
    return new Map(
      this.relays.map((relay) => {
        const file = this.files.get(relay.name);
        return [relay.name, file ? file.controls : controlsFrom(relay)];
      }),
    );
  }

  /** What the intake goes by. */
  of({ name, filter }: RelayConfig): Pick<IntakeSettings, "filter" | "isReady"> {
    const file = this.files.get(name);
    if (file) return { filter: file.filter, isReady: () => file.isKnown };
    return filter === undefined ? {} : { filter: compileFilter(filter) };
  }

  /** Why a relay's events cannot be taken yet. */
  missing(relay: string): string | undefined {
    const file = this.files.get(relay);
    return file && !file.isKnown
      ? `relay ${relay} has no controls yet: ${file.problem ?? "they are being read"}`
      : undefined;
  }

  /** What is worth knowing while what was read before holds on. */
  problemOf(relay: string): string | undefined {
    const file = this.files.get(relay);
    return file?.isKnown === true && file.problem !== undefined
      ? `its controls file cannot be read (${file.problem}); what was read before holds on`
      : undefined;
  }

  readonly reload = async (): Promise<void> => {
    await Promise.all([...this.files.values()].map((file) => file.reload()));
  };

  close(): void {
    for (const file of this.files.values()) file.close();
  }
}
