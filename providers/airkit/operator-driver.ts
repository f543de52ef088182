import { RelayError } from "../lifecycle/errors";
import { warn } from "../lifecycle/warn";
import { keepBooks } from "./books";
import type { AirkitDriver, AirkitKind, Books, Declared, Known } from "./driver";
import { howToMake, howToRemove, operatorStepText } from "./operator-words";

/** Objects that the program named in this run: replacing a resource that names the same one again leaves it in use. */
const namedNow = new Set<string>();

/** A person does the clicks; this keeps the books and says what is left to do. No HTTP. */
export class OperatorDriver implements AirkitDriver {
  create(kind: AirkitKind, declared: Declared): Promise<Known> {
    if (kind.madeFirst && declared.id === undefined) return Promise.reject(new RelayError(howToMake(kind, declared)));
    // Whoever gives the UUID of an object that had to be made first has made it as the message with its fields asked.
    return Promise.resolve(recorded(kind, declared, declared.id ?? "", undefined, kind.madeFirst));
  }

  read(_kind: AirkitKind, known: Known): Promise<Known> {
    return Promise.resolve(known);
  }

  update(kind: AirkitKind, known: Known, declared: Declared): Promise<Known> {
    const id = declared.id ?? known.id;
    if (known.id === "" || known.id === id) return Promise.resolve(recorded(kind, declared, id, known.books, false));
    // Nothing is known of the other object's fields.
    warn(howToRemove(kind, known));
    return Promise.resolve(recorded(kind, declared, id, { ...known.books, applied: {}, generation: "" }, false));
  }

  delete(kind: AirkitKind, known: Known): Promise<void> {
    if (!namedNow.has(known.id)) warn(howToRemove(kind, known));
    return Promise.resolve();
  }

  list(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** It is as the person says who gives its id. */
  existing(kind: AirkitKind, declared: Declared): Promise<Known> {
    return Promise.resolve(recorded(kind, declared, declared.id ?? "", undefined, true));
  }
}

function recorded(
  kind: AirkitKind,
  declared: Declared,
  id: string,
  former: Pick<Books, "revisionKey" | "applied" | "generation"> | undefined,
  done: boolean,
): Known {
  if (declared.id !== undefined) namedNow.add(declared.id);
  const books = keepBooks(kind, declared, id, former, done);
  for (const step of books.steps) warn(operatorStepText(step));
  return { ...declared, id, driver: "operator", books };
}
