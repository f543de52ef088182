import type { AnyLifecycle } from "../lifecycle";
import { secretProperties } from "../lifecycle";
import { knownFields, omitImplied, restoreImplied } from "../implied";
import { offers } from "../opt-ins";
import type { Run } from "../run";
import { remember } from "../secrets";
import type { Settings } from "../settings";
import { type Migration, migrate, stamp } from "../state-version";

/** Inputs or outputs by name: in clear, a value that is not known yet as `UNKNOWN`, nothing of an edge's own among them. */
export type Properties = Readonly<Record<string, unknown>>;

/** Who asks: the settings as the edge reads them, and the run. */
export interface Context {
  readonly settings: Settings;
  readonly run: Run;
}

export function connect(lifecycle: AnyLifecycle, { settings, run }: Context): unknown {
  return lifecycle.connect(settings, run);
}

/** Stored outputs as today's code knows them, whatever version wrote them. */
export function fromState(lifecycle: AnyLifecycle, stored: Properties): Record<string, unknown> {
  return restoreImplied(knownFields(lifecycle), migrate(versioned(lifecycle), stored));
}

/** Outputs as they are stored. The wire format of an edge has no `undefined`. */
export function forState(lifecycle: AnyLifecycle, outputs: object): Record<string, unknown> {
  return withoutUndefined({ ...omitImplied(knownFields(lifecycle), { ...outputs }), ...stamp(versioned(lifecycle)) });
}

export function withoutUndefined(properties: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(properties)) as Record<string, unknown>;
}

/** No message of this process can carry them out from here on. */
export function rememberSecrets(lifecycle: AnyLifecycle, properties: Properties): void {
  remember(...secretProperties(lifecycle).map((name) => properties[name]));
}

function versioned(lifecycle: AnyLifecycle): { name: string; migrations: readonly Migration[] } {
  return { name: lifecycle.name, migrations: offers(lifecycle, "migrations") ? lifecycle.migrations : [] };
}
