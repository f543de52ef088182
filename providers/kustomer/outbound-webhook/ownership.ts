import { randomBytes } from "node:crypto";

/**
 * The header that says whose a webhook is. It makes creation repeatable: what a killed run left behind can be found again
 * and told from what people made. It is no secret and names nobody.
 *
 *     x-relay-owner: <mark>.<rotation>.<generation>
 *
 * The mark tells the declaring resource, the rotation which of its webhooks, and the generation which attempt at making it:
 * generations sort by time.
 */
export const OWNER_HEADER = "x-relay-owner";

export interface Owner {
  readonly mark: string;
  readonly rotation: number;
  readonly generation: string;
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

export function newGeneration(now = Date.now()): string {
  return now.toString(36).padStart(9, "0") + randomBytes(3).toString("hex");
}

export function ownerHeader({ mark, rotation, generation }: Owner): Header {
  return { name: OWNER_HEADER, value: `${mark}.${rotation}.${generation}` };
}

/** Whose the webhook with these headers is; `undefined` when it is not one of ours. */
export function ownerOf(headers: readonly Header[]): Owner | undefined {
  const value = headers.find((header) => isOwnerHeader(header.name))?.value ?? "";
  const [, mark, rotation, generation] = /^([\w-]+)\.(\d+)\.([0-9a-z]+)$/.exec(value) ?? [];
  return mark === undefined || generation === undefined ? undefined : { mark, rotation: Number(rotation), generation };
}

export function isOwnerHeader(name: string): boolean {
  return name.toLowerCase() === OWNER_HEADER;
}
