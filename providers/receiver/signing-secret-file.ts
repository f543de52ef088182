import { rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import * as z from "zod";
import { RelayError, messageOf } from "../lifecycle/errors";
import {
  type ArgsOf,
  type InputsOf,
  type OutputsOf,
  input,
  internalInput,
  nameInput,
  output,
} from "../lifecycle/fields";
import type { Lifecycle } from "../lifecycle/lifecycle";
import type { Run } from "../lifecycle/run";
import { numberOfGroup, numberOfUser } from "../lifecycle/account-numbers";
import { type Access, readSecrets, writeSecrets } from "../lifecycle/secrets-on-disk";

const account = z
  .string("must be text")
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@$-]{0,63}$/, "must be a name or a number")
  .optional();

export const signingSecretFileFields = {
  inputs: {
    /** Used in messages. Default: the resource's name. A change touches nothing. */
    name: nameInput(z.string("must be text"), { compare: "ignored" }),
    /** The absolute path of the file, on the machine that runs Pulumi. A change moves the file. */
    path: input(
      z
        .string({ error: "is required: where the receiver reads its secret" })
        .refine((file) => path.isAbsolute(file), "must be an absolute path"),
    ),
    /** The signing secret. Secret. A change writes the new one first and keeps the former one below it. */
    signingSecret: input(
      z.string({ error: "is required: the signing secret of an outbound webhook" }).min(1, "must not be empty"),
      { secret: true },
    ),
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
    mark: internalInput(z.string(), { compare: "ignored" }),
  },
  outputs: {
    /** The secret before the current one, which the receiver accepts too; empty before the first rotation. Secret. */
    previousSigningSecret: output(z.string(), { secret: true, changesWith: ["signingSecret"] }),
    /** The name of the machine that wrote the file. Elsewhere nothing can be said about it, and nothing is. */
    host: output(z.string(), { changesWith: "any" }),
  },
};

/** What a person declares of a signing secret file. */
export type SigningSecretFileArgs = ArgsOf<typeof signingSecretFileFields.inputs>;
type Inputs = InputsOf<typeof signingSecretFileFields.inputs>;
/** What is known of a signing secret file. */
export type SigningSecretFileOutputs = OutputsOf<
  typeof signingSecretFileFields.inputs,
  typeof signingSecretFileFields.outputs
>;

/**
 * The file out of which a self-hosted receiver reads its signing secrets: one a line, the current one first. It is written
 * at once as a whole, and the receiver notices. A rotation loses nothing: both secrets are accepted while Kustomer goes from
 * the old webhook to the new one.
 */
export const signingSecretFile: Lifecycle<Inputs, SigningSecretFileOutputs, Run> = {
  name: "SigningSecretFile",
  type: "receiver:SigningSecretFile",
  ...signingSecretFileFields,

  connect: (_settings, run) => run,

  async create(run, inputs) {
    const found = await doing("read", inputs, () => readSecrets(inputs.path));
    const known = found?.find((secret) => secret !== inputs.signingSecret) ?? "";
    if (found && !found.includes(inputs.signingSecret)) {
      run.warn(
        `${label(inputs)} is there already: the secret in it is kept below the new one, and accepted until the next rotation`,
      );
    }
    const outputs = { ...inputs, previousSigningSecret: known, host: hostname() };
    await write(outputs);
    run.of(FilesMade).paths.add(inputs.path);
    return { id: `signing-secret-${inputs.mark}`, outputs };
  },

  async read(run, _id, known) {
    const secrets = await doing("read", known, () => readSecrets(known.path)).catch((error: unknown) => {
      if (isElsewhere(known)) return undefined;
      throw error;
    });
    if (isElsewhere(known) && !isLeftBehind(known, secrets)) {
      run.warn(
        `${label(known)} was written on ${known.host}, so it is not looked at on this machine (${hostname()}); \`pulumi up --replace <its URN>\` writes it here`,
      );
      return known;
    }
    if (secrets === undefined) return undefined;
    const [signingSecret = "", previousSigningSecret = ""] = secrets;
    const access = await doing("read", known, () => accessNow(known));
    return { ...known, ...access, signingSecret, previousSigningSecret, host: hostname() };
  },

  async update(run, _id, known, inputs) {
    const previousSigningSecret =
      inputs.signingSecret === known.signingSecret ? known.previousSigningSecret : known.signingSecret;
    const outputs = { ...inputs, previousSigningSecret, host: hostname() };
    await write(outputs);
    if (isElsewhere(known)) {
      run.warn(
        `${label(inputs)} was written on this machine (${hostname()}); the one on ${known.host} is as it was: bring the new secret there, or run \`pulumi up --refresh\` there`,
      );
    } else if (inputs.path !== known.path) await rm(known.path, { force: true });
    return outputs;
  },

  async delete(run, _id, known) {
    if (isElsewhere(known))
      run.warn(`${label(known)} was written on ${known.host} and is left there: remove it on that machine`);
    // In a replacement the new file has been written already, and it may be the same one.
    else if (!run.of(FilesMade).paths.has(known.path)) await rm(known.path, { force: true });
  },
};

/** The files that were made in this run. */
class FilesMade {
  readonly paths = new Set<string>();
}

/** A state from before hosts were recorded counts as written here. */
function isElsewhere({ host }: Pick<SigningSecretFileOutputs, "host">): boolean {
  return (host as string | undefined) !== undefined && host !== hostname();
}

/** Whether the file on this machine is the same relay's, from before a rotation on another one. */
function isLeftBehind({ previousSigningSecret }: SigningSecretFileOutputs, [current]: readonly string[] = []): boolean {
  return current !== undefined && current === previousSigningSecret;
}

/** What was declared of who may read it, as it is now. */
async function accessNow({ path: file, mode, owner, group }: Inputs): Promise<Access> {
  const found = await stat(file);
  const modeNow = (found.mode & 0o777).toString(8);
  const now = {
    mode: mode === undefined || parseInt(mode, 8) === parseInt(modeNow, 8) ? mode : `0${modeNow}`,
    owner: owner === undefined || (await numberOfUser(owner)) === found.uid ? owner : String(found.uid),
    group: group === undefined || (await numberOfGroup(group)) === found.gid ? group : String(found.gid),
  };
  return Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
}

async function write(outputs: SigningSecretFileOutputs): Promise<void> {
  await doing("write", outputs, () => writeSecrets(outputs, [outputs.signingSecret, outputs.previousSigningSecret]));
}

function label({ name, path: file }: Pick<Inputs, "name" | "path">): string {
  return `signing secret file "${name}" (${file})`;
}

const NEXT = {
  read: "make it readable for who runs Pulumi, then run it again",
  write: "change the folder's permissions or choose another path, then run `pulumi up` again",
};

async function doing<T>(what: keyof typeof NEXT, inputs: Inputs, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new RelayError({ doing: `${what} ${label(inputs)}`, what: messageOf(error), next: NEXT[what] });
  }
}
