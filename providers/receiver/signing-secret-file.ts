import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
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
import { remember } from "../lifecycle/secrets";

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
    mark: internalInput(z.string(), { compare: "ignored" }),
  },
  outputs: {
    /** The secret before the current one, which the receiver accepts too; empty before the first rotation. Secret. */
    previousSigningSecret: output(z.string(), { secret: true, changesWith: ["signingSecret"] }),
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
 * at once as a whole, readable by its owner only, and the receiver notices. A rotation loses nothing: both secrets are
 * accepted while Kustomer goes from the old webhook to the new one.
 */
export const signingSecretFile: Lifecycle<Inputs, SigningSecretFileOutputs, undefined> = {
  name: "SigningSecretFile",
  type: "receiver:SigningSecretFile",
  ...signingSecretFileFields,

  connect: () => undefined,

  async create(_client, inputs) {
    const outputs = { ...inputs, previousSigningSecret: "" };
    await write(outputs);
    madeHere.add(inputs.path);
    return { id: `signing-secret-${inputs.mark}`, outputs };
  },

  async read(_client, _id, known) {
    const secrets = await linesOf(known.path);
    if (secrets === undefined) return undefined;
    const [signingSecret = "", previousSigningSecret = ""] = secrets;
    return { ...known, signingSecret, previousSigningSecret };
  },

  async update(_client, _id, known, inputs) {
    const previousSigningSecret =
      inputs.signingSecret === known.signingSecret ? known.previousSigningSecret : known.signingSecret;
    const outputs = { ...inputs, previousSigningSecret };
    await write(outputs);
    if (inputs.path !== known.path) await rm(known.path, { force: true });
    return outputs;
  },

  async delete(_client, _id, known) {
    // In a replacement the new file has been written already, and it may be the same one.
    if (!madeHere.has(known.path)) await rm(known.path, { force: true });
  },
};

/** The files that this process has made: engine and provider make and delete within one process. */
const madeHere = new Set<string>();

/** Beside the file and then in its place, so that a reader sees the old text or the new one, also after a crash. */
async function write({
  name,
  path: file,
  signingSecret,
  previousSigningSecret,
}: SigningSecretFileOutputs): Promise<void> {
  remember(signingSecret, previousSigningSecret);
  const half = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(half, "w", 0o600);
    try {
      await handle.writeFile([signingSecret, previousSigningSecret].filter((line) => line !== "").join("\n") + "\n");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(half, 0o600);
    await rename(half, file);
  } catch (error) {
    await rm(half, { force: true }).catch(() => undefined);
    throw new RelayError(
      `write signing secret file "${name}" (${file}): ${messageOf(error)}; mend the folder's permissions or choose another path, then run \`pulumi up\` again`,
    );
  }
}

async function linesOf(file: string): Promise<string[] | undefined> {
  try {
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
    remember(...lines);
    return lines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new RelayError(`read signing secret file ${file}: ${messageOf(error)}`);
  }
}
