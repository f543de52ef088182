/**
 * Read by shape: errors that the system makes do not always come from the realm whose Error this file sees (worker threads,
 * test runners), and instanceof then says no.
 */
export function codeOf(error: unknown): string | undefined {
  const code = property(error, "code");
  return typeof code === "string" ? code : undefined;
}

export function messageOf(error: unknown): string {
  const message = property(error, "message");
  return typeof message === "string" ? message : String(error);
}

export function property(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? (Reflect.get(error, name) as unknown) : undefined;
}
