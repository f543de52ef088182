/** Milliseconds: since the epoch where it is the wall's, since any moment where only differences matter. */
export type Clock = () => number;
