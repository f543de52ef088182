/** A failure whose message is written for the person who runs the program: one line, no stack, no secret. */
export class RelayError extends Error {
  override readonly name: string = "RelayError";
}

/** The settings are missing or wrong. */
export class SettingsError extends RelayError {
  override readonly name = "SettingsError";
}

/**
 * The object exists but is not as declared. It stays in the state with `outputs`, and the next `up` calls update.
 * Reasons are printed and stored in clear.
 */
export class PartialFailure<Outputs = unknown> extends RelayError {
  override readonly name = "PartialFailure";

  constructor(
    readonly id: string,
    readonly outputs: Outputs,
    readonly reasons: string[],
  ) {
    super(reasons.join("; "));
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

/** Also of another realm, such as one of Node's own in a virtual machine. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}
