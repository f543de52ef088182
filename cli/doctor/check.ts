import type { Subjects } from "./subjects";

/** `skip`: it could not be looked at, or there is nothing to look at; the message says why. */
export type Level = "ok" | "warn" | "fail" | "skip";

/** What a check found. No secret may be in it; what was remembered as one is blotted out all the same. */
export interface Finding {
  readonly level: Level;
  /** What is so, in one sentence. */
  readonly message: string;
  /** What a person does about it. */
  readonly next?: string;
  readonly fix?: Fix;
}

/** Something that puts it right, and can do no harm. */
export interface Fix {
  /** What was done, once it was: "switched on again". */
  readonly done: string;
  apply(): Promise<void>;
}

/** One question about one kind of subject. A new one is an entry of a file in checks/; the table in the docs is made of it. */
export interface Check<Kind extends keyof Subjects = keyof Subjects> {
  readonly name: string;
  readonly about: Kind;
  /** What it asks, as a sentence of the docs. */
  readonly asks: string;
  /** What to do where the answer is no, as a sentence of the docs. */
  readonly remedy: string;
  /** Checks of the same subject, or of the organisation it is in, without whose success there is nothing to look at. */
  readonly needs?: readonly string[];
  /** Whether it asks anything of this subject. Default: of every one of its kind. */
  concerns?(subject: Subjects[Kind]): boolean;
  look(subject: Subjects[Kind]): Finding | Promise<Finding>;
}

/** The checks of one kind, which a table of all kinds can hold. */
export function checksOf<Kind extends keyof Subjects>(
  about: Kind,
  checks: readonly Omit<Check<Kind>, "about">[],
): readonly Check[] {
  return checks.map((check) => ({ ...check, about }));
}

export const ok = (message: string): Finding => ({ level: "ok", message });
export const warn = (message: string, next: string, fix?: Fix): Finding => found("warn", message, next, fix);
export const fail = (message: string, next: string, fix?: Fix): Finding => found("fail", message, next, fix);
export const skip = (message: string): Finding => ({ level: "skip", message });

function found(level: Level, message: string, next: string, fix: Fix | undefined): Finding {
  return { level, message, next, ...(fix === undefined ? {} : { fix }) };
}
