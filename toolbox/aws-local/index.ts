import { contextOf, type Context, type ToolOptions } from "../cache";
import { providePython } from "./python";
import { provideRuntimeClient, type RuntimeClient } from "./runtime-client";
import { provideRuntimeEmulator } from "./runtime-emulator";

export { ToolError, type ToolOptions } from "../cache";
export type { RuntimeClient } from "./runtime-client";

/** What runs the hosted functions, and stands in for the services they use, on this machine. */
export interface Tools {
  /** An interpreter that has ministack, moto and parliament. */
  readonly python: string;
  /** AWS's Lambda Runtime Interface Emulator. */
  readonly runtimeEmulator: string;
  /** What runs a handler under it. */
  readonly runtimeClient: RuntimeClient;
}

/** Finds the tools in the cache, or provides them. Throws a ToolError, one line, where this machine lacks something. */
export async function ensureTools(options: ToolOptions = {}): Promise<Tools> {
  const context: Context = contextOf(options);
  const python = await providePython(context);
  return {
    python,
    runtimeEmulator: await provideRuntimeEmulator(python, context),
    runtimeClient: await provideRuntimeClient(context),
  };
}
