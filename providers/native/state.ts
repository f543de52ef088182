import type { Values } from "./values";

/** An object that was made or changed, as the engine is to keep it. */
export interface State {
  readonly id: string;
  readonly properties: Values;
  /** Why it is not as declared; empty: it is. */
  readonly unfinished: readonly string[];
}
