import { createHash } from "node:crypto";
import { RelayError } from "../lifecycle/errors";
import type { Listed } from "../lifecycle/opt-ins";
import { requireProofOfAbsence } from "../lifecycle/organisation";
import {
  HeldClaims,
  type Seen,
  choose,
  isTakenOver,
  newGeneration,
  ownerFrom,
  ownerText,
} from "../lifecycle/ownership";
import type { Run } from "../lifecycle/run";
import { keepBooks } from "./books";
import type { ConsoleClient, ConsoleObject } from "./console-client";
import {
  type AirkitDriver,
  type AirkitKind,
  type Books,
  type Declared,
  type FormValues,
  type Known,
  formValues,
} from "./driver";
import { named, nameOf } from "./operator-words";
import { changedFields } from "./revision";

/** The objects that this run has taken over, by their ids. */
class TakenNow extends Set<string> {}

/**
 * Does the clicks over the console API. Every object carries the owner mark of the resource that made it, and was made under
 * an idempotency key of that resource and its form: whoever repeats a creation gets the same object.
 */
export class ConsoleDriver implements AirkitDriver {
  constructor(
    private readonly client: ConsoleClient,
    private readonly run: Run,
  ) {}

  async create(kind: AirkitKind, declared: Declared): Promise<Known> {
    const there = await this.client.list(kind, { owner: declared.mark });
    if (declared.id !== undefined) return this.adopt(kind, declared.id, declared, there.organisation);
    const isHeld = this.run.of(HeldClaims).has(kind.noun, claimOf(declared));
    const { takeOver, left } = choose(claimOf(declared), seenIn(kind, declared.values, there.items), isHeld);
    if (left.length > (isHeld ? 1 : 0)) this.run.warn(leftAlone(kind, declared, left, isHeld));
    if (takeOver !== undefined) {
      this.run.warn(
        `${kind.noun} ${named(takeOver.id, nameOf(declared.values))} is taken over: it carries the owner mark of this resource and has its settings, but the state did not have it. ` +
          "A run that was interrupted leaves one, and so does `retainOnDelete`; where another folder or backend has a stack of the same name, both declare it now",
      );
      this.run.of(TakenNow).add(takeOver.id);
      return this.claimed(kind, declared, takeOver.object, there.organisation);
    }
    const generation = newGeneration();
    const owner = ownerText({ ...claimOf(declared), generation });
    // What is being replaced was made under the same key without its generation.
    const key = [declared.mark, digestOf(declared.values), ...(isHeld ? [generation] : [])].join(".");
    const object = await this.client.create(kind, declared.values, owner, key);
    if (object.owner === owner)
      return keep(kind, declared, object, generation, there.organisation, this.client.baseUrl);
    if ((ownerFrom(object.owner)?.generation ?? "") > generation)
      throw new RelayError({
        doing: `create ${kind.noun} "${nameOf(declared.values)}"`,
        what: "another run has created it in the meantime",
        next: "run `pulumi up` again",
      });
    return this.claimed(kind, declared, object, there.organisation);
  }

  async read(kind: AirkitKind, known: Known): Promise<Known | undefined> {
    // What the other driver wrote is looked at when the switch is made, by update.
    if (known.driver !== "console" || known.id === "") return known;
    const object = await this.locate(kind, `read ${kind.noun} ${named(known.id, nameOf(known.values))}`, known);
    if (object === undefined) return undefined;
    if (isOthers(known, object))
      this.run.warn(
        `${kind.noun} ${named(known.id, nameOf(known.values))} was taken over by another resource or stack (owner mark ${object.owner}): deleting this resource leaves it alone; changing it takes it back. Declare it once`,
      );
    return { ...known, values: readable(kind, known.values, object) };
  }

  async update(kind: AirkitKind, known: Known, declared: Declared): Promise<Known> {
    const id = declared.id ?? known.id;
    if (id === "") return this.findOrCreate(kind, known, declared);
    if (known.id !== "" && id !== known.id) {
      const updated = await this.adopt(kind, id, declared, known.organisation, known.books);
      await this.delete(kind, known);
      return updated;
    }
    const doing = `update ${kind.noun} ${named(id, nameOf(declared.values))}`;
    const object = await this.locate(kind, doing, { ...known, id });
    if (object === undefined)
      throw new RelayError({
        doing,
        what: "it no longer exists in Airkit",
        next: "run `pulumi refresh`, then `pulumi up` makes a new one",
      });
    const { generation } = known.books;
    if (generation !== "" && isOthers(known, object))
      this.run.warn(
        `${kind.noun} ${named(id, nameOf(declared.values))} was taken over by another resource or stack (owner mark ${object.owner}), and is taken back now: declare it once`,
      );
    // A new name is a new claim: a copy of the state that knows the old name must not take the object for its own.
    if (generation === "" || known.mark !== declared.mark || isOthers(known, object))
      return this.claimed(kind, declared, object, known.organisation, known.books);
    const owner = ownerText({ ...claimOf(declared), generation });
    const updated = await this.put(kind, declared, id, owner);
    return keep(kind, declared, updated, generation, known.organisation, this.client.baseUrl, known.books);
  }

  async delete(kind: AirkitKind, known: Known): Promise<void> {
    if (known.id === "") return;
    const name = nameOf(known.values);
    const object = await this.locate(kind, `delete ${kind.noun} ${named(known.id, name)}`, known);
    if (object === undefined) return;
    if (isOthers(known, object))
      // For `--replace` the engine shows neither `check` nor `diff` the old inputs, so it looks like a run that was interrupted.
      this.run.warn(
        this.run.of(TakenNow).has(known.id)
          ? `${kind.noun} ${named(known.id, name)} is kept: what replaces it has taken it over, and entered all its settings anew`
          : `${kind.noun} ${named(known.id, name)} was taken over by another resource or stack (owner mark ${object.owner}): it is left alone`,
      );
    else await this.client.remove(kind, known.id, name);
  }

  async list(kind: AirkitKind): Promise<Listed[]> {
    return (await this.client.list(kind)).items.map((object) => {
      const values = readable(kind, {}, object);
      return { id: object.id, name: nameOf(values), managed: object.owner !== "", properties: values };
    });
  }

  async existing(kind: AirkitKind, declared: Declared): Promise<Known | undefined> {
    const object = await this.client.get(kind, declared.id ?? "");
    if (object === undefined) return undefined;
    const { organisation } = await this.client.list(kind, { owner: object.owner || "nobody" });
    // What is somebody's stays theirs until the first `up` claims it: until then the state has no generation of it.
    const { mark = "" } = ownerFrom(object.owner) ?? {};
    const found = { ...declared, mark, values: readable(kind, declared.values, object) };
    return keep(kind, found, object, "", organisation, this.client.baseUrl);
  }

  /** Gone is only what a list of its own organisation does not have. */
  private async locate(kind: AirkitKind, doing: string, known: Known): Promise<ConsoleObject | undefined> {
    const object = await this.client.get(kind, known.id);
    if (object !== undefined) return object;
    const { items, organisation } = await this.client.list(kind);
    const listed = items.find(({ id }) => id === known.id);
    if (listed === undefined) requireProofOfAbsence(doing, known, { organisation, baseUrl: this.client.baseUrl });
    return listed;
  }

  /** Writes the whole form with a claim that is newer than any other. */
  private async claimed(
    kind: AirkitKind,
    declared: Declared,
    object: ConsoleObject,
    organisation: string,
    former?: Books,
  ): Promise<Known> {
    const generation = newGeneration(ownerFrom(object.owner)?.generation);
    const updated = await this.put(kind, declared, object.id, ownerText({ ...claimOf(declared), generation }));
    return keep(kind, declared, updated, generation, organisation, this.client.baseUrl, former);
  }

  private async put(kind: AirkitKind, { values }: Declared, id: string, owner: string): Promise<ConsoleObject> {
    const object = await this.client.replace(kind, id, values, owner);
    if (object !== undefined) return object;
    throw new RelayError({
      doing: `update ${kind.noun} ${named(id, nameOf(values))}`,
      what: "it was deleted at this moment",
      next: "run `pulumi refresh`, then `pulumi up` makes a new one",
    });
  }

  /** Takes over the object that the program names. */
  private async adopt(
    kind: AirkitKind,
    id: string,
    declared: Declared,
    organisation: string,
    former?: Books,
  ): Promise<Known> {
    const object = await this.client.get(kind, id);
    if (object === undefined) {
      const there = (await this.client.list(kind)).items
        .map((other) => named(other.id, String(other.properties.get("name"))))
        .join(", ");
      throw new RelayError({
        doing: `take over ${kind.noun} ${id} (${kind.idField})`,
        what: `there is no such ${kind.noun}; there ${there === "" ? "is none at all" : `are ${there}`}`,
        next: "correct the id, or airkit:baseUrl and airkit:token",
      });
    }
    const owner = ownerFrom(object.owner);
    if (owner !== undefined && owner.mark !== declared.mark)
      this.run.warn(
        `${kind.noun} ${named(id, nameOf(declared.values))} was managed by another resource (owner mark ${object.owner}) until now, and is taken over: declare it once, and take it out of the other state with \`pulumi state delete\``,
      );
    return this.claimed(kind, declared, object, organisation, former);
  }

  /** An operator made it, or was about to, and never said which it is: its name and what it is part of tell. */
  private async findOrCreate(kind: AirkitKind, known: Known, declared: Declared): Promise<Known> {
    const { values } = declared;
    const { items, organisation } = await this.client.list(kind, { name: nameOf(values) });
    // A person marks nothing: what carries the mark of another resource is that one's.
    const candidates = items.filter(
      ({ owner, properties }) =>
        (owner === "" || ownerFrom(owner)?.mark === declared.mark) &&
        (kind.partOf === undefined || properties.get(kind.partOf) === values[kind.partOf]),
    );
    const [only, ...others] = candidates;
    if (others.length > 0)
      throw new RelayError({
        doing: `find ${kind.noun} "${nameOf(values)}"`,
        what: `there are ${candidates.length} of that name (${candidates.map(({ id }) => id).join(", ")})`,
        next: `set \`${kind.idField}\` to the one that ${kind.resource} "${declared.resourceName}" stands for`,
      });
    if (only !== undefined) return this.claimed(kind, declared, only, organisation, known.books);
    const generation = newGeneration();
    const owner = ownerText({ ...claimOf(declared), generation });
    const made = await this.client.create(kind, values, owner, `${declared.mark}.${digestOf(values)}`);
    return made.owner === owner
      ? keep(kind, declared, made, generation, organisation, this.client.baseUrl, known.books)
      : this.claimed(kind, declared, made, organisation, known.books);
  }
}

/** Objects of the console have no rotation: what makes another object of them is a replacement. */
export function claimOf({ mark }: { readonly mark: string }): { mark: string; rotation: number } {
  return { mark, rotation: 0 };
}

function keep(
  kind: AirkitKind,
  declared: Declared,
  object: ConsoleObject,
  generation: string,
  organisation: string,
  baseUrl: string,
  former?: Books,
): Known {
  const books = { ...keepBooks(kind, declared, object.id, former, true), generation };
  const values = readable(kind, declared.values, object);
  return { ...declared, id: object.id, values, driver: "console", books, organisation, baseUrl };
}

/** The form as the API shows it, in the order in which sets are kept; secret fields are never shown, so what was sent counts. */
function readable(kind: AirkitKind, sent: FormValues, { properties }: ConsoleObject): FormValues {
  const isSecret = (property: string): boolean =>
    kind.form.some((field) => field.secret && field.property === property);
  const shown = Object.entries(formValues(kind, properties)).filter(([property]) => !isSecret(property));
  return Object.fromEntries([...shown, ...Object.entries(sent).filter(([property]) => isSecret(property))]);
}

/** Those that have the settings, as far as the API shows them, do what is declared. */
function seenIn(
  kind: AirkitKind,
  values: FormValues,
  items: readonly ConsoleObject[],
): (Seen & { readonly object: ConsoleObject })[] {
  return items.map((object) => ({
    id: object.id,
    owner: ownerFrom(object.owner),
    fits: changedFields(kind, values, readable(kind, values, object)).length === 0,
    createdAt: "",
    object,
  }));
}

function leftAlone(kind: AirkitKind, { values }: Declared, left: readonly Seen[], isHeld: boolean): string {
  const [verb, are] = left.length === 1 ? ["carries", "is"] : ["carry", "are"];
  return (
    `${kind.noun} "${nameOf(values)}": ${left.map(({ id }) => id).join(", ")} ${verb} its owner mark too, and ${are} left alone` +
    `${isHeld ? "; one of them is being replaced and goes when nothing depends on it" : ", with other settings or more than one of them"}: delete what nothing needs`
  );
}

function isOthers({ mark, books: { generation } }: Known, object: ConsoleObject): boolean {
  return isTakenOver(ownerFrom(object.owner), { mark, generation, posted: [] });
}

/** The server has the form itself, so nothing of it can be guessed from this by anybody who does not. */
function digestOf(values: FormValues): string {
  const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}
