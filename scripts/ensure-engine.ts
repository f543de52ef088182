import { EngineError, ensureEngine } from "../toolbox/pulumi";

/** Makes sure that there is a Pulumi engine before something that needs one starts. */
ensureEngine().catch((error: unknown) => {
  // The stack of a missing program tells nobody anything.
  console.error(error instanceof EngineError ? error.message : error);
  process.exitCode = 1;
});
