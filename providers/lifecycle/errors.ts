/** What a failure says, part by part; put together where it is shown. No part holds a secret. */
export interface FailureParts {
  /** What was being done to which object: `read outbound webhook 5f…`. */
  readonly doing?: string | undefined;
  /** What went wrong: `Kustomer answered 403`. */
  readonly what: string;
  /** The remote system's own words. */
  readonly said?: string | undefined;
  /** What to do next. */
  readonly next?: string | undefined;
  /** The HTTP status, where a remote system answered. */
  readonly status?: number | undefined;
  /** The remote system's id of the request. */
  readonly requestId?: string | undefined;
}

/** A failure whose message is written for the person who runs the program: no stack, no secret. */
export class RelayError extends Error implements FailureParts {
  override readonly name: string = "RelayError";
  readonly doing: string | undefined;
  readonly what: string;
  readonly said: string | undefined;
  readonly next: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(parts: FailureParts | string, options?: ErrorOptions) {
    const given: FailureParts = typeof parts === "string" ? { what: parts } : parts;
    super(sentence(given), options);
    this.doing = given.doing;
    this.what = given.what;
    this.said = given.said;
    this.next = given.next;
    this.status = given.status;
    this.requestId = given.requestId;
  }
}

/** `read outbound webhook 5f…: Kustomer answered 403 (request 7a…): not allowed; do this` */
export function sentence({ doing, what, requestId, said = "", next = "" }: FailureParts): string {
  return [
    doing === undefined ? what : `${doing}: ${what}`,
    requestId === undefined ? "" : ` (request ${requestId})`,
    said === "" ? "" : `: ${said}`,
    next === "" ? "" : `; ${next}`,
  ].join("");
}

/** A remote system answered, and did not do what was asked. */
export class AnsweredError extends RelayError {
  override readonly status: number;

  constructor(parts: FailureParts & { readonly status: number }) {
    super(parts);
    this.status = parts.status;
  }
}

/** The settings are missing or wrong: every problem, and how each is mended. */
export class SettingsError extends RelayError {
  override readonly name = "SettingsError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("; "));
  }
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
