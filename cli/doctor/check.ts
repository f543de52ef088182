import type { Subject } from "./subject";

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

/** One question about one kind of subject. The table in the docs is made of these. */
export interface Question<Kind extends Subject> {
  readonly name: string;
  /** What it asks, as a sentence of the docs. */
  readonly asks: string;
  /** What to do where the answer is no, as a sentence of the docs. */
  readonly remedy: string;
  /** Checks of the same subject, or of the organisation it is in, without whose success there is nothing to look at. */
  readonly needs?: readonly string[];
  /** Whether it asks anything of this subject. Default: of every one of its kind. */
  concerns?(subject: Kind): boolean;
  look(subject: Kind): Finding | Promise<Finding>;
}

/** A question as a table of all kinds holds it. */
export interface Check extends Pick<Question<Subject>, "name" | "asks" | "remedy"> {
  readonly about: string;
  readonly needs: readonly string[];
  /** How to look at this subject; `undefined` where there is nothing to ask of it. */
  of(subject: Subject): (() => Promise<Finding>) | undefined;
}

/** The questions about one kind: about what `isKind` says is one. */
export function checksOf<Kind extends Subject>(
  about: Kind["kind"],
  isKind: (subject: Subject) => subject is Kind,
  questions: readonly Question<Kind>[],
): readonly Check[] {
  return questions.map((question) => ({
    name: question.name,
    asks: question.asks,
    remedy: question.remedy,
    about,
    needs: question.needs ?? [],
    of(subject) {
      if (!isKind(subject) || !(question.concerns?.(subject) ?? true)) return undefined;
      // An async function, so that what throws at once fails like the rest.
      return async () => question.look(subject);
    },
  }));
}

export const ok = (message: string): Finding => ({ level: "ok", message });
export const warn = (message: string, next: string, fix?: Fix): Finding => found("warn", message, next, fix);
export const fail = (message: string, next: string, fix?: Fix): Finding => found("fail", message, next, fix);
export const skip = (message: string, next?: string): Finding => found("skip", message, next);

function found(level: Level, message: string, next?: string, fix?: Fix): Finding {
  return { level, message, ...(next !== undefined && { next }), ...(fix !== undefined && { fix }) };
}
