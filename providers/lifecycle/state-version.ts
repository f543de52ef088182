import { RelayError } from "./errors";

type Properties = Readonly<Record<string, unknown>>;

/**
 * Makes stored outputs of one version into those of the next. Pure, and content with what is there: where a program names just
 * an id, the engine has no more than that.
 */
export type Migration = (stored: Properties) => Properties;

/** What a person types where a state is newer than the code. */
export const HOW_TO_UPDATE = "npm install pulumi-kustomer-relay@latest";

/** Where the state keeps its version. States without it are of version 0, so the first version costs no byte. */
export const STATE_VERSION = "stateVersion";

/** The stored outputs as today's code knows them, without the version. Refuses what newer code has written. */
export function migrate(
  { name, migrations = [] }: { readonly name: string; readonly migrations?: readonly Migration[] },
  { [STATE_VERSION]: version = 0, ...stored }: Properties,
): Record<string, unknown> {
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0 || version > migrations.length)
    throw new RelayError(
      `read the state of ${name}${typeof stored.name === "string" ? ` "${stored.name}"` : ""}: it was written by a newer pulumi-kustomer-relay ` +
        `(state version ${String(version)}, this one knows ${migrations.length}); install that version here too, then run it again: ${HOW_TO_UPDATE}`,
    );
  return { ...migrations.slice(version).reduce<Properties>((known, migrate) => migrate(known), stored) };
}

/** What is stored beside the outputs. */
export function stamp({ migrations = [] }: { readonly migrations?: readonly Migration[] }): Record<string, number> {
  return migrations.length === 0 ? {} : { [STATE_VERSION]: migrations.length };
}
