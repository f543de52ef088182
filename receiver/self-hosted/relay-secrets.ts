import type { SigningSecret } from "../signature";
import type { RelayConfig } from "./config";
import type { Reporting } from "./reporting";
import { SecretKeeper } from "./secrets";

/** The active secrets of every relay, kept up to date. */
export class RelaySecrets {
  private readonly keepers: ReadonlyMap<string, SecretKeeper>;

  constructor(relays: readonly RelayConfig[], reporting: Reporting) {
    this.keepers = new Map(
      relays.map((relay) => [relay.name, new SecretKeeper(relay.secrets, reporting.secrets(relay.name))]),
    );
  }

  async start(): Promise<void> {
    await this.reload();
    for (const keeper of this.keepers.values()) keeper.watch();
  }

  readonly reload = async (): Promise<void> => {
    await Promise.all([...this.keepers.values()].map((keeper) => keeper.reload()));
  };

  of(relay: string): () => readonly SigningSecret[] {
    return this.keepers.get(relay)?.current ?? (() => []);
  }

  noteMismatch(relay: string): void {
    this.keepers.get(relay)?.noteMismatch();
  }

  close(): void {
    for (const keeper of this.keepers.values()) keeper.close();
  }
}
