import { hostname } from "node:os";
import * as z from "zod";
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
import { readSecrets, writeSecrets } from "../lifecycle/secrets-on-disk";
import {
  absolutePath,
  accessInputs,
  accessNow,
  doing,
  FilesMade,
  hostOutput,
  isElsewhere,
  leaveFormer,
  removeWritten,
} from "./written-file";

export const signingSecretFileFields = {
  inputs: {
    /** Used in messages. Default: the resource's name. A change touches nothing. */
    name: nameInput(z.string("must be text"), { compare: "ignored" }),
    /** The absolute path of the file, on the machine that runs Pulumi. A change moves the file. */
    path: input(absolutePath("is required: where the receiver reads its secret")),
    /** The signing secret. Secret. A change writes the new one first and keeps the former one below it. */
    signingSecret: input(
      z.string({ error: "is required: the signing secret of an outbound webhook" }).min(1, "must not be empty"),
      { secret: true },
    ),
    ...accessInputs,
    mark: internalInput(z.string(), { compare: "ignored" }),
  },
  outputs: {
    /** The secret before the current one, which the receiver accepts too; empty before the first rotation. Secret. */
    previousSigningSecret: output(z.string(), { secret: true, changesWith: ["signingSecret"] }),
    ...hostOutput,
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
    const found = await doing("read", label(inputs), () => readSecrets(inputs.path));
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
    const secrets = await doing("read", label(known), () => readSecrets(known.path)).catch((error: unknown) => {
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
    const access = await doing("read", label(known), () => accessNow(known));
    return { ...known, ...access, signingSecret, previousSigningSecret, host: hostname() };
  },

  async update(run, _id, known, inputs) {
    const previousSigningSecret =
      inputs.signingSecret === known.signingSecret ? known.previousSigningSecret : known.signingSecret;
    const outputs = { ...inputs, previousSigningSecret, host: hostname() };
    await write(outputs);
    await leaveFormer(
      run,
      label(inputs),
      known,
      outputs,
      "bring the new secret there, or run `pulumi up --refresh` there",
    );
    return outputs;
  },

  delete: (run, _id, known) => removeWritten(run, label(known), known),
};

/** Whether the file on this machine is the same relay's, from before a rotation on another one. */
function isLeftBehind({ previousSigningSecret }: SigningSecretFileOutputs, [current]: readonly string[] = []): boolean {
  return current !== undefined && current === previousSigningSecret;
}

async function write(outputs: SigningSecretFileOutputs): Promise<void> {
  await doing("write", label(outputs), () =>
    writeSecrets(outputs, [outputs.signingSecret, outputs.previousSigningSecret]),
  );
}

function label({ name, path: file }: Pick<Inputs, "name" | "path">): string {
  return `signing secret file "${name}" (${file})`;
}
