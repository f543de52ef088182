import { RelayError, messageOf } from "../lifecycle/errors";
import type { Listed } from "../lifecycle/opt-ins";
import { warn } from "../lifecycle/warn";
import { newGeneration } from "../kustomer/outbound-webhook/ownership";
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
import { ConsoleError, UnfinishedError } from "./failure";
import { named, nameOf } from "./operator-words";
import { changedFields } from "./revision";

/**
 * Does the clicks over the console API. Every object carries the opaque `owner` of the resource that made it,
 * `<mark>.<generation>`, and was made under an idempotency key of the same text:
 *
 * - A creation whose answer was lost is repeated with its key and yields the same object.
 * - What a killed run made and no state knows is found by its mark after the next creation, and removed.
 * - A replacement gets a new generation. Deleting the old object never deletes one that has another generation by now.
 */
export class ConsoleDriver implements AirkitDriver {
  constructor(private readonly client: ConsoleClient) {}

  async create(kind: AirkitKind, declared: Declared): Promise<Known> {
    const generation = newGeneration();
    const owner = `${declared.mark}.${generation}`;
    if (declared.id !== undefined)
      return knownFrom(kind, declared, await this.takeOver(kind, declared.id, declared, owner), generation);
    const object = await this.client.create(kind, declared.values, owner);
    const known = knownFrom(kind, declared, object, generation);
    await this.sweep(kind, known, true);
    return known;
  }

  async read(kind: AirkitKind, known: Known): Promise<Known | undefined> {
    // What the other driver wrote is looked at when the switch is made, by update.
    if (known.driver !== "console" || known.id === "") return known;
    const object = await this.client.get(kind, known.id);
    return object && { ...known, values: readable(kind, known.values, object) };
  }

  async update(kind: AirkitKind, known: Known, declared: Declared): Promise<Known> {
    const isFirst = known.books.generation === "";
    const generation = isFirst ? newGeneration() : known.books.generation;
    const owner = `${declared.mark}.${generation}`;
    const id = declared.id ?? known.id;
    const object =
      id === ""
        ? await this.findOrCreate(kind, declared, owner)
        : id === known.id
          ? await this.replace(kind, id, declared, owner)
          : await this.takeOver(kind, id, declared, owner);
    if (known.id !== "" && id !== known.id) await this.delete(kind, known);
    const updated = knownFrom(kind, declared, object, generation, known.books);
    if (isFirst) await this.sweep(kind, updated, false);
    return updated;
  }

  async delete(kind: AirkitKind, known: Known): Promise<void> {
    const object = known.id === "" ? undefined : await this.client.get(kind, known.id);
    if (object === undefined) return;
    const name = nameOf(known.values);
    if (object.owner !== "" && !isOwn(known, object.owner)) {
      warn(
        `${kind.noun} ${named(known.id, name)} now belongs to another resource, which has taken it over: it is left alone`,
      );
      return;
    }
    await this.client.remove(kind, known.id, name);
  }

  async list(kind: AirkitKind): Promise<Listed[]> {
    return (await this.client.list(kind)).map((object) => {
      const values = readable(kind, {}, object);
      return { id: object.id, name: nameOf(values), managed: object.owner !== "", properties: values };
    });
  }

  async existing(kind: AirkitKind, declared: Declared): Promise<Known | undefined> {
    const object = await this.client.get(kind, declared.id ?? "");
    if (object === undefined) return undefined;
    const [, mark = "", generation = ""] = /^(.+)\.([0-9a-z]+)$/.exec(object.owner) ?? [];
    return knownFrom(kind, { ...declared, mark, values: readable(kind, declared.values, object) }, object, generation);
  }

  private async replace(kind: AirkitKind, id: string, declared: Declared, owner: string): Promise<ConsoleObject> {
    const object = await this.client.replace(kind, id, declared.values, owner);
    if (object !== undefined) return object;
    throw new RelayError(
      `update ${kind.noun} ${named(id, nameOf(declared.values))}: it no longer exists in Airkit; run \`pulumi refresh\`, then \`pulumi up\` makes a new one`,
    );
  }

  /** Takes over the object that the program names. */
  private async takeOver(kind: AirkitKind, id: string, declared: Declared, owner: string): Promise<ConsoleObject> {
    const object = await this.client.replace(kind, id, declared.values, owner);
    if (object !== undefined) return object;
    const there = (await this.client.list(kind))
      .map((other) => named(other.id, String(other.properties.get("name"))))
      .join(", ");
    throw new RelayError(
      `take over ${kind.noun} ${id} (${kind.idField}): there is no such ${kind.noun}; there ${there === "" ? "is none at all" : `are ${there}`}`,
    );
  }

  /** An operator made it, or was about to, and never said which it is: its name and what it is part of tell. */
  private async findOrCreate(kind: AirkitKind, declared: Declared, owner: string): Promise<ConsoleObject> {
    const { values } = declared;
    const candidates = (await this.client.list(kind, { name: nameOf(values) })).filter(
      ({ properties }) => kind.partOf === undefined || properties.get(kind.partOf) === values[kind.partOf],
    );
    const [only, ...others] = candidates;
    if (only === undefined) return this.client.create(kind, values, owner);
    if (others.length === 0) return this.replace(kind, only.id, declared, owner);
    throw new RelayError(
      `find ${kind.noun} "${nameOf(values)}": there are ${candidates.length} of that name (${candidates.map(({ id }) => id).join(", ")}); set \`${kind.idField}\` to the one that ${kind.resource} "${declared.resourceName}" stands for`,
    );
  }

  /**
   * Removes what earlier attempts at the same object left behind: same mark, same settings. What is in use stays: it is the
   * one being replaced, which the engine deletes when nothing needs it any more. A newer attempt means that ours is the
   * leftover, of a run that was killed and is only now getting to its end.
   */
  private async sweep(kind: AirkitKind, kept: Known, isNew: boolean): Promise<void> {
    try {
      const others = (await this.client.list(kind, { owner: kept.mark })).filter(({ id }) => id !== kept.id);
      const twins = others.filter((other) => differences(kind, kept, other).length === 0);
      if (isNew && twins.some(({ owner }) => owner > `${kept.mark}.${kept.books.generation}`)) {
        await this.client.remove(kind, kept.id, nameOf(kept.values));
        throw new SupersededError(
          `create ${kind.noun} "${nameOf(kept.values)}": another run has created it in the meantime; run \`pulumi up\` again`,
        );
      }
      for (const twin of twins) await this.removeUnused(kind, twin.id, nameOf(kept.values));
      for (const other of others.filter((other) => !twins.includes(other) && isLeftover(kind, kept, other)))
        warn(
          `${kind.noun} ${named(other.id, String(other.properties.get("name")))} was made by this resource too; unless it is being replaced right now, a run that was killed left it: delete it when nothing needs it`,
        );
    } catch (error) {
      if (error instanceof SupersededError) throw error;
      throw new UnfinishedError(messageOf(error), { ...kept, books: { ...kept.books, generation: "" } });
    }
  }

  private async removeUnused(kind: AirkitKind, id: string, name: string): Promise<void> {
    try {
      await this.client.remove(kind, id, name);
    } catch (error) {
      if (!(error instanceof ConsoleError) || error.status !== 409) throw error;
    }
  }
}

/** Ours is gone again: nothing is left that the state would have to remember. */
class SupersededError extends RelayError {
  override readonly name = "SupersededError";
}

function knownFrom(
  kind: AirkitKind,
  declared: Declared,
  object: ConsoleObject,
  generation: string,
  former?: Books,
): Known {
  const books = { ...keepBooks(kind, declared, object.id, former, true), generation };
  return { ...declared, id: object.id, values: readable(kind, declared.values, object), driver: "console", books };
}

/** The form as the API shows it, in the order in which sets are kept; secret fields are never shown, so what was sent counts. */
function readable(kind: AirkitKind, sent: FormValues, { properties }: ConsoleObject): FormValues {
  const isSecret = (property: string): boolean =>
    kind.form.some((field) => field.secret && field.property === property);
  const shown = Object.entries(formValues(kind, properties)).filter(([property]) => !isSecret(property));
  return Object.fromEntries([...shown, ...Object.entries(sent).filter(([property]) => isSecret(property))]);
}

/** The properties in which another object differs from ours, as far as the API shows them. */
function differences(kind: AirkitKind, kept: Known, other: ConsoleObject): string[] {
  return changedFields(kind, kept.values, readable(kind, kept.values, other));
}

/** A replacement differs in what makes a new object; what a killed run left does not. */
function isLeftover(kind: AirkitKind, kept: Known, other: ConsoleObject): boolean {
  const differing = differences(kind, kept, other);
  return !kind.form.some(({ property, replaces }) => replaces && differing.includes(property));
}

function isOwn({ mark, books: { generation } }: Known, owner: string): boolean {
  return generation === "" ? owner.startsWith(`${mark}.`) : owner === `${mark}.${generation}`;
}
