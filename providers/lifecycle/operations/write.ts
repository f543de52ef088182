import { PartialFailure } from "../errors";
import { restoreImplied } from "../implied";
import type { AnyLifecycle } from "../lifecycle";
import { redact } from "../secrets";
import { type Context, type Properties, connect, forState, fromState, rememberSecrets } from "./context";

/** An object that was made or changed, as the state is to hold it. */
export interface Written {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
  /** Why it is not as declared: it stays in the state, and the next `up` finishes it by an update. Empty: it is. */
  readonly unfinished: readonly string[];
}

export async function create(lifecycle: AnyLifecycle, context: Context, checked: Properties): Promise<Written> {
  const inputs = restoreImplied(lifecycle.inputs, checked);
  rememberSecrets(lifecycle, inputs);
  return written(lifecycle, () => lifecycle.create(connect(lifecycle, context), inputs));
}

export async function update(
  lifecycle: AnyLifecycle,
  context: Context,
  id: string,
  stored: Properties,
  checked: Properties,
): Promise<Written> {
  const inputs = restoreImplied(lifecycle.inputs, checked);
  const known = fromState(lifecycle, stored);
  rememberSecrets(lifecycle, known);
  rememberSecrets(lifecycle, inputs);
  return written(lifecycle, async () => ({
    id,
    outputs: await lifecycle.update(connect(lifecycle, context), id, known, inputs),
  }));
}

export async function remove(lifecycle: AnyLifecycle, context: Context, id: string, stored: Properties): Promise<void> {
  const known = fromState(lifecycle, stored);
  rememberSecrets(lifecycle, known);
  await lifecycle.delete(connect(lifecycle, context), id, known);
}

async function written(
  lifecycle: AnyLifecycle,
  work: () => Promise<{ id: string; outputs: object }>,
): Promise<Written> {
  try {
    const { id, outputs } = await work();
    return { id, outputs: forState(lifecycle, outputs), unfinished: [] };
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    const outputs = forState(lifecycle, error.outputs as object);
    return { id: error.id, outputs, unfinished: error.reasons.map(redact) };
  }
}
