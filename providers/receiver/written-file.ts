import { rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import * as z from "zod";
import { numberOfGroup, numberOfUser } from "../lifecycle/account-numbers";
import { RelayError, messageOf } from "../lifecycle/errors";
import { input, output } from "../lifecycle/fields";
import type { Run } from "../lifecycle/run";
import type { Writing } from "../lifecycle/text-on-disk";

/** What the files have in common that are written for a receiver on the machine that runs Pulumi. */

const account = z
  .string("must be text")
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@$-]{0,63}$/, "must be a name or a number")
  .optional();

export function absolutePath(required: string): z.ZodType<string> {
  return z.string({ error: required }).refine((file) => path.isAbsolute(file), "must be an absolute path");
}

export const accessInputs = {
  /** Who may do what, in octal: `0640` lets its group read it. Default: `0600`, or what an admin has set. Never for everybody. */
  mode: input(
    z
      .string({ error: 'must be text, such as "0640"' })
      .regex(/^0?[46][0-7]0$/, "must be octal, readable by its owner and closed to everybody else, such as 0640")
      .optional(),
  ),
  /** The user that the file belongs to, by name or number. Default: who runs Pulumi, or whom an admin has given it to. */
  owner: input(account),
  /** The group that the file belongs to, by name or number. Default: as for `owner`. */
  group: input(account),
  /**
   * Write into the file that is there, never put another in its place: for a file that is mounted alone into a container, or
   * that has access lists. Default: only where nothing else is possible.
   */
  inPlace: input(z.boolean("must be true or false").optional(), { compare: "ignored" }),
};

export const hostOutput = {
  /** The name of the machine that wrote the file. Elsewhere nothing can be said about it, and nothing is. */
  host: output(z.string(), { changesWith: "any" }),
};

/** The files that were made in this run. */
export class FilesMade {
  readonly paths = new Set<string>();
}

/** A state from before hosts were recorded counts as written here. */
export function isElsewhere({ host }: { readonly host: string }): boolean {
  return (host as string | undefined) !== undefined && host !== hostname();
}

/** A file that is not declared any more. `file`: in words. */
export async function removeWritten(run: Run, file: string, known: Place): Promise<void> {
  if (isElsewhere(known)) run.warn(`${file} was written on ${known.host} and is left there: remove it on that machine`);
  // In a replacement the new file has been written already, and it may be the same one.
  else if (!run.of(FilesMade).paths.has(known.path)) await rm(known.path, { force: true });
}

/** After an update: the file moves where its path changed. `next`: what is to be done where it was on another machine. */
export async function leaveFormer(run: Run, file: string, known: Place, now: Place, next: string): Promise<void> {
  if (isElsewhere(known))
    run.warn(`${file} was written on this machine (${hostname()}); the one on ${known.host} is as it was: ${next}`);
  else if (now.path !== known.path) await rm(known.path, { force: true });
}

interface Place {
  readonly path: string;
  readonly host: string;
}

type Access = Pick<Writing, "mode" | "owner" | "group">;

/** What was declared of who may read it, as it is now. */
export async function accessNow({ path: file, mode, owner, group }: Writing): Promise<Access> {
  const found = await stat(file);
  const modeNow = (found.mode & 0o777).toString(8);
  const now = {
    mode: mode === undefined || parseInt(mode, 8) === parseInt(modeNow, 8) ? mode : `0${modeNow}`,
    owner: owner === undefined || (await numberOfUser(owner)) === found.uid ? owner : String(found.uid),
    group: group === undefined || (await numberOfGroup(group)) === found.gid ? group : String(found.gid),
  };
  return Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
}

const NEXT = {
  read: "make it readable for who runs Pulumi, then run it again",
  write: "change the folder's permissions or choose another path, then run `pulumi up` again",
};

/** `file`: in words. */
export async function doing<T>(what: keyof typeof NEXT, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new RelayError({ doing: `${what} ${file}`, what: messageOf(error), next: NEXT[what] });
  }
}
