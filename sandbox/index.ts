export { chooseProfile } from "./presets";
export type { Profile } from "./profile";
export { contrary, documented } from "./presets";
export { startSandbox } from "./start";
export type * from "./types";
export type { AirkitKind } from "./airkit/forms";
export type { AirkitObject } from "./airkit/object";
