import { randomBytes } from "node:crypto";

/**
 * Whose a remote object is. Every object that this package makes carries an owner mark, one text for all kinds:
 *
 *     <mark>.<rotation>.<generation>
 *
 * The mark tells the declaring resource, the rotation which of its objects, and the generation which claim to it: of two
 * claims the later one counts. It is no secret and names nobody.
 *
 * The law that the functions below decide by: a creation deletes nothing but what it itself has just made, and takes over
 * what it finds of its own; only what the state knows to be its own is removed; whoever claimed last has it.
 */
export interface Owner extends Claim {
  readonly generation: string;
}

/** What a resource asks for: itself, and which of its objects. */
export interface Claim {
  readonly mark: string;
  readonly rotation: number;
}

/** An object of a list, as far as ownership is concerned. */
export interface Seen {
  readonly id: string;
  /** `undefined` where it is none of ours. */
  readonly owner: Owner | undefined;
  /** Whether it does what is declared: the same URL, the same form. One that does not may be somebody else's. */
  readonly fits: boolean;
  /** ISO 8601; empty where nobody says. */
  readonly createdAt: string;
}

/** What a state has on record of its own object. */
export interface Kept extends Owner {
  readonly id: string;
  /** Every generation with which the state's runs asked for the object to be made: each may have had its effect, also late. */
  readonly posted: readonly string[];
}

export function ownerText({ mark, rotation, generation }: Owner): string {
  return `${mark}.${rotation}.${generation}`;
}

export function ownerFrom(text: string): Owner | undefined {
  const [, mark, rotation, generation] = /^([\w-]+)\.(\d+)\.([0-9a-z]+)$/.exec(text) ?? [];
  return mark === undefined || generation === undefined ? undefined : { mark, rotation: Number(rotation), generation };
}

const TIME_LENGTH = 9;
const LAST_TIME = 36 ** TIME_LENGTH - 2;

/** Generations sort by time; one that takes the place of another sorts after it, whatever the clocks of two machines say. */
export function newGeneration(after = "", now = Date.now()): string {
  const former = Number.parseInt(after.slice(0, TIME_LENGTH), 36);
  const time = former >= now && former < LAST_TIME ? former + 1 : now;
  return time.toString(36).padStart(TIME_LENGTH, "0") + randomBytes(3).toString("hex");
}

/** When a generation was claimed; `undefined` for what is none. */
export function claimedAt(generation: string): Date | undefined {
  const time = Number.parseInt(generation.slice(0, TIME_LENGTH), 36);
  return Number.isNaN(time) || time > 8.64e15 ? undefined : new Date(time);
}

/**
 * The claims that `check` has seen with old inputs in this run: a state holds these objects, so a creation with the same
 * claim makes a replacement and must not take the object over that it replaces. (`--replace` asks for no `diff`, so only
 * `check` can tell.)
 */
export class HeldClaims {
  private readonly held = new Set<string>();

  note(kind: string, { mark, rotation }: Claim): void {
    this.held.add(`${kind} ${mark}.${rotation}`);
  }

  has(kind: string, { mark, rotation }: Claim): boolean {
    return this.held.has(`${kind} ${mark}.${rotation}`);
  }
}

/**
 * What becomes of what a run finds. The engine works on several resources at once, and two may have a right to one object: the
 * renamed resource whose late attempt it was, and a newcomer of the old name. The first to decide has it.
 */
export class Fates {
  private readonly fates = new Map<string, "taken over" | "removed">();

  /** Whether that is what becomes of it. */
  decide(id: string, fate: "taken over" | "removed"): boolean {
    const decided = this.fates.get(id) ?? fate;
    this.fates.set(id, decided);
    return decided === fate;
  }

  isTakenOver(id: string): boolean {
    return this.fates.get(id) === "taken over";
  }

  isRemoved(id: string): boolean {
    return this.fates.get(id) === "removed";
  }
}

/** Which of the objects that are there a creation takes over, the one made first, and which of its own it leaves. */
export function choose<T extends Seen>(
  claim: Claim,
  seen: readonly T[],
  isHeld: boolean,
): { readonly takeOver: T | undefined; readonly left: readonly T[] } {
  const own = seen.filter(({ owner }) => owner !== undefined && isSameClaim(owner, claim));
  const takeOver = isHeld ? undefined : own.filter(({ fits }) => fits).sort(byCreation)[0];
  return { takeOver, left: own.filter((one) => one !== takeOver) };
}

/**
 * Two runs may make the same object at once, one of them killed and not yet at its end. Each looks after it has made its
 * own, so whoever made the second object sees both, and it is always the second that goes. `undefined`: ours stays.
 */
export function earlierThan<T extends Seen>(made: T, seen: readonly T[]): T | undefined {
  const { owner } = made;
  if (owner === undefined) return undefined;
  const rivals = seen.filter(
    (other) => other.id !== made.id && other.fits && other.owner !== undefined && isSameClaim(other.owner, owner),
  );
  return rivals.sort(byCreation).find((rival) => byCreation(rival, made) < 0);
}

/** Whether somebody claimed the object after the state did: another state, or another resource. */
export function isTakenOver(
  owner: Owner | undefined,
  { mark, generation, posted }: Pick<Kept, "mark" | "generation" | "posted">,
): boolean {
  if (owner === undefined || owner.generation === generation || posted.includes(owner.generation)) return false;
  // A claim of ours that is older can only be that of a killed run, written late. Another resource's clock may be behind.
  return owner.mark !== mark || owner.generation > generation;
}

/** What the state's own attempts made beside the object that it holds, late: these may be removed. */
export function ownDoubles<T extends Seen>(kept: Pick<Kept, "id" | "posted">, seen: readonly T[]): T[] {
  return seen.filter(
    ({ id, owner, fits }) => fits && id !== kept.id && owner !== undefined && kept.posted.includes(owner.generation),
  );
}

/** What else is the same resource's, of whichever rotation, and who knows who holds it: named, and removed by no guess. */
export function foreignDoubles<T extends Seen>(kept: Kept, seen: readonly T[]): T[] {
  const own = ownDoubles(kept, seen);
  return seen.filter(
    (one) => one.id !== kept.id && one.owner?.mark === kept.mark && kept.mark !== "" && !own.includes(one),
  );
}

function isSameClaim(one: Claim, other: Claim): boolean {
  return one.mark === other.mark && one.rotation === other.rotation;
}

function byCreation(one: Seen, other: Seen): number {
  const [at, otherAt] = [Date.parse(one.createdAt), Date.parse(other.createdAt)];
  if (at !== otherAt && !Number.isNaN(at) && !Number.isNaN(otherAt)) return at - otherAt;
  return one.id < other.id ? -1 : 1;
}
