/** How many frames the SDK skips (its own and one constructor), and where the line of the user's `new …` stands. */
const SKIPPED_BY_SDK = 5;
const USERS_LINE = 6;

/** Where the SDK notes a stack for every property of a resource, to be shown should a promise never settle. */
const FOR_DEBUGGING = "debuggablePromise";

/**
 * The SDK writes the whole call stack of every resource into the state, some 700 bytes each that are rewritten at every
 * step, and takes a line of this package for the resource's position. Until the returned function is called, stacks are
 * cut to what the SDK skips and the user's own line.
 */
export function onlyUsersLine(): () => void {
  const property = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const before: unknown = property?.value;
  Error.prepareStackTrace = (error, frames) => {
    const kept = [...frames.slice(0, SKIPPED_BY_SDK), ...frames.slice(USERS_LINE, USERS_LINE + 1)];
    // The SDK's formatting looks every frame up in source maps: a third of what a program with many relays takes.
    if (frames[0]?.getFunctionName() === FOR_DEBUGGING) return plain(error, kept);
    return String(typeof before === "function" ? before.call(Error, error, kept) : plain(error, kept));
  };
  return () => {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    if (property !== undefined) Object.defineProperty(Error, "prepareStackTrace", property);
  };
}

/** What V8 writes where nothing else is asked of it, as in the contexts that test runners make. */
function plain(error: Error, frames: readonly { toString: () => string }[]): string {
  return [error.toString(), ...frames.map((frame) => `    at ${frame.toString()}`)].join("\n");
}
