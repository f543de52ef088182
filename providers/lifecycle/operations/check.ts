import { SettingsError } from "../errors";
import type { AnyLifecycle } from "../lifecycle";
import { omitImplied, restoreImplied } from "../implied";
import { offers } from "../opt-ins";
import { redact } from "../secrets";
import { type Problem, validate } from "../validate";
import { type Context, type Properties, rememberSecrets } from "./context";

export interface CheckRequest {
  /** What the program declares, what follows from the resource's name included. */
  readonly given: Properties;
  /** The inputs that the state has; left out where a new object is about to be made, be it the first one or a replacement. */
  readonly former?: Properties | undefined;
}

export interface Checked {
  /** Defaults filled in and sets sorted; unknown values left as they came. */
  readonly inputs: Record<string, unknown>;
  /** Every mistake; the property is empty where it is no single one's. */
  readonly failures: readonly Problem[];
}

export async function check(
  lifecycle: AnyLifecycle,
  context: Context,
  { given, former: stored }: CheckRequest,
): Promise<Checked> {
  const { settings, run } = context;
  const fromSettings = offers(lifecycle, "inputsFromSettings") ? lifecycle.inputsFromSettings(settings) : {};
  const declared = { ...given, ...fromSettings };
  const former = stored && restoreImplied(lifecycle.inputs, stored);
  rememberSecrets(lifecycle, declared);
  if (former !== undefined && offers(lifecycle, "noteFormer")) lifecycle.noteFormer(former, declared, run);

  const { inputs, problems, complete } = validate(lifecycle, declared);
  const failures = [...problems];
  const add = (reasons: readonly string[]): void => {
    failures.push(...reasons.map((reason) => ({ property: "", reason })));
  };
  const { connection, reasons } = tryToConnect(lifecycle, context);
  add(reasons);
  if (offers(lifecycle, "prerequisites")) add(lifecycle.prerequisites(inputs, settings, former !== undefined));
  if (complete && failures.length === 0 && offers(lifecycle, "problems"))
    add(lifecycle.problems(inputs, settings, former ?? {}));
  if (reasons.length === 0) {
    const refused = offers(lifecycle, "verifyAccess") ? await lifecycle.verifyAccess(connection, run) : [];
    add(refused);
    if (refused.length === 0 && offers(lifecycle, "verifyInputs"))
      failures.push(...(await lifecycle.verifyInputs(connection, inputs, run, former ?? {})));
  }
  return {
    inputs: omitImplied(lifecycle.inputs, inputs),
    failures: failures.map(({ property, reason }) => ({ property, reason: redact(reason) })),
  };
}

function tryToConnect(
  lifecycle: AnyLifecycle,
  { settings, run }: Context,
): { connection?: unknown; reasons: readonly string[] } {
  try {
    return { connection: lifecycle.connect(settings, run), reasons: [] };
  } catch (error) {
    if (error instanceof SettingsError) return { reasons: error.problems };
    throw error;
  }
}
