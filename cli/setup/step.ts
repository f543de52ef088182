/** One thing for a person to do, and how it is recorded as done. */
export interface SetupStep {
  /** The path in stack config that records it: the same for as long as the step is open. */
  readonly id: string;
  /** Empty where it concerns all relays of the stack. */
  readonly relay: string;
  /** `Make the connected account "support-account"` */
  readonly title: string;
  /** Where to do it: `Console > Integrations > Connected Accounts > Create new connected account` */
  readonly page: string;
  readonly fields: readonly SetupField[];
  readonly takes: Taken;
  /** What records it; `<…>` stands for what only the person knows. */
  readonly command: string;
}

/** A field of the form; the value of a secret one is shown when it is asked for, and never part of a step. */
export type SetupField =
  { readonly label: string; readonly value: string } | { readonly label: string; readonly secret: true };

/** What a person gives back. `done`: nothing, but that it is done; `program`: that they write into their program themselves. */
export interface Taken {
  readonly kind: "uuid" | "text" | "secret" | "done" | "program";
  /** What to ask for. */
  readonly ask: string;
  /** What most people answer. */
  readonly suggestion?: string;
}

/** How far a stack has come. */
export interface Setup {
  /** What is left to a person, in order. */
  readonly steps: readonly SetupStep[];
  /** What comes next: the first of the steps, `pulumi up`, or nothing. */
  readonly next: "step" | "up" | "nothing";
  readonly relays: readonly { readonly name: string; readonly status: RelayStatus | "not deployed" }[];
  /** Why nothing can be said: a mistake in stack config. */
  readonly trouble?: string;
}

type RelayStatus = "active" | "pending" | "failing";
