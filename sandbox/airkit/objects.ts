import { randomUUID } from "node:crypto";
import type { Store } from "../store";
import type { AirkitObject } from "./object";
import { type AirkitKind, airkitKinds, forms } from "./forms";

export interface Use {
  kind: string;
  id: string;
  name: string;
}

/** The connected accounts, Resources, hubs and routing flows of the organisation. */
export class AirkitObjects {
  constructor(private readonly store: Store) {}

  all(kind: AirkitKind): readonly AirkitObject[] {
    return this.store.state.airkit[kind];
  }

  find(kind: AirkitKind, id: string): AirkitObject | undefined {
    return this.all(kind).find((object) => object.id === id.toLowerCase());
  }

  create(kind: AirkitKind, fields: Record<string, unknown>): AirkitObject {
    const now = new Date().toISOString();
    const object = { owner: null, ...structuredClone(fields), id: randomUUID(), createdAt: now, updatedAt: now };
    this.store.state.airkit[kind].push(object);
    this.store.changed();
    return object;
  }

  /** The whole form: what is left out is emptied. */
  replace(kind: AirkitKind, object: AirkitObject, fields: Record<string, unknown>): AirkitObject {
    const { id, createdAt, owner } = object;
    const next = { owner, ...structuredClone(fields), id, createdAt, updatedAt: new Date().toISOString() };
    this.#put(kind, id, next);
    return next;
  }

  edit(kind: AirkitKind, object: AirkitObject, patch: Record<string, unknown>): AirkitObject {
    const next = { ...object, ...structuredClone(patch), id: object.id };
    this.#put(kind, object.id, next);
    return next;
  }

  remove(kind: AirkitKind, id: string): void {
    this.store.state.airkit[kind] = this.all(kind).filter((object) => object.id !== id);
    this.store.changed();
  }

  /** What refers to it. */
  usesOf(kind: AirkitKind, id: string): Use[] {
    return airkitKinds.flatMap((user) =>
      forms[user].references
        .filter(({ to }) => to === kind)
        .flatMap(({ field }) => this.all(user).filter((object) => idsIn(object[field]).includes(id)))
        .map((object) => ({ kind: forms[user].noun, id: object.id, name: String(object.name) })),
    );
  }

  /** The references of a form that lead nowhere. */
  dangling(kind: AirkitKind, fields: Record<string, unknown>): { field: string; message: string }[] {
    return forms[kind].references.flatMap(({ field, to }) =>
      idsIn(fields[field])
        .filter((id) => this.find(to, id) === undefined)
        .map((id) => ({ field, message: `there is no ${forms[to].noun} ${id}` })),
    );
  }

  #put(kind: AirkitKind, id: string, next: AirkitObject): void {
    this.store.state.airkit[kind] = this.all(kind).map((object) => (object.id === id ? next : object));
    this.store.changed();
  }
}

function idsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((id) => typeof id === "string");
}
