export type RelayStatus = "active" | "pending" | "failing";

/** A webhook that was switched off on purpose does not fail. */
export function statusOf([enabled, isError, steps, declaredEnabled = true]: [
  boolean,
  boolean,
  readonly unknown[],
  boolean | undefined,
]): RelayStatus {
  if (isError || (declaredEnabled && !enabled)) return "failing";
  return steps.length > 0 ? "pending" : "active";
}
