import { RelayError } from "../lifecycle/errors";
import type { Run } from "../lifecycle/run";
import { keepBooks } from "./books";
import type { AirkitDriver, AirkitKind, Books, Declared, Known } from "./driver";
import { howToMake, howToRemove, operatorStepText } from "./operator-words";

/** Objects that the program named in this run: replacing a resource that names the same one again leaves it in use. */
class NamedNow extends Set<string> {}

/** A person does the clicks; this keeps the books and says what is left to do. No HTTP. */
export class OperatorDriver implements AirkitDriver {
  constructor(private readonly run: Run) {}

  create(kind: AirkitKind, declared: Declared): Promise<Known> {
    if (kind.madeFirst && declared.id === undefined) return Promise.reject(new RelayError(howToMake(kind, declared)));
    // Whoever gives the UUID of an object that had to be made first has made it as the message with its fields asked.
    return Promise.resolve(recorded(kind, declared, declared.id ?? "", undefined, kind.madeFirst, this.run));
  }

  read(_kind: AirkitKind, known: Known): Promise<Known> {
    return Promise.resolve(known);
  }

  update(kind: AirkitKind, known: Known, declared: Declared): Promise<Known> {
    const id = declared.id ?? known.id;
    if (known.id === "" || known.id === id)
      return Promise.resolve(recorded(kind, declared, id, known.books, false, this.run));
    // Nothing is known of the other object's fields.
    this.run.warn(howToRemove(kind, known));
    return Promise.resolve(
      recorded(kind, declared, id, { ...known.books, applied: {}, generation: "" }, false, this.run),
    );
  }

  delete(kind: AirkitKind, known: Known): Promise<void> {
    if (!this.run.of(NamedNow).has(known.id)) this.run.warn(howToRemove(kind, known));
    return Promise.resolve();
  }

  list(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** It is as the person says who gives its id. */
  existing(kind: AirkitKind, declared: Declared): Promise<Known> {
    return Promise.resolve(recorded(kind, declared, declared.id ?? "", undefined, true, this.run));
  }
}

function recorded(
  kind: AirkitKind,
  declared: Declared,
  id: string,
  former: Pick<Books, "revisionKey" | "applied" | "generation"> | undefined,
  done: boolean,
  run: Run,
): Known {
  if (declared.id !== undefined) run.of(NamedNow).add(declared.id);
  const books = keepBooks(kind, declared, id, former, done);
  for (const step of books.steps) run.warn(operatorStepText(step));
  return { ...declared, id, driver: "operator", books, organisation: "", baseUrl: "" };
}
