import { type Run, newRun } from "../../providers/lifecycle/run";

/** A run as an edge makes it; what it was told to say is kept. */
export function aRun(signal?: AbortSignal): Run & { readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const run = newRun({ show: (warning) => warnings.push(warning), ...(signal === undefined ? {} : { signal }) });
  return Object.assign(run, { warnings });
}
