/** The Pulumi engine (CLI, language hosts, launcher): found, or downloaded, or built. */
export type { EngineOptions, Timeouts } from "./context";
export type { Engine } from "./engine";
export { ensureEngine } from "./ensure";
export { EngineError, type Miss } from "./error";
export { ensureLanguageHosts, type Language } from "./languages";
export { repoRoot } from "./places";
export type { Reporter } from "./report";
export { engineEnv, pulumiCommand } from "./use";
