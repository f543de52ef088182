/**
 * What an edge can ask of any lifecycle. No Pulumi and no wire format: plain properties in and out, unknown values as
 * `UNKNOWN`, secrets told by property, warnings through the run, partial failures as data. An edge translates.
 */
export { type Checked, type CheckRequest, check } from "./operations/check";
export type { Context, Properties } from "./operations/context";
export { type Change, type Difference, diff } from "./operations/diff";
export { previewCreate, previewUpdate } from "./operations/preview";
export { type ExistingState, importObject, list, read } from "./operations/read";
export { type Written, create, remove, update } from "./operations/write";
export type { Problem } from "./validate";
