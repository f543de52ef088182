import * as sdk from "@pulumi/pulumi/runtime/debuggable.js";

export * from "@pulumi/pulumi/runtime/debuggable.js";

/** Not among its types. */
const { debuggablePromise: real } = sdk as unknown as {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
};

/** Without the stack that the SDK writes down for every promise: Jest maps each line to a source, which took most of a test's time. */
export function debuggablePromise<T>(promise: Promise<T>, context: unknown): Promise<T> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return real(promise, context);
  } finally {
    Error.stackTraceLimit = limit;
  }
}
