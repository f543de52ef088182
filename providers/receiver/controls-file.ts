import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import * as z from "zod";
import { CONTROLS_SHAPE } from "../../receiver/controls-schema";
import { type ArgsOf, type InputsOf, type OutputsOf, input, internalInput, nameInput } from "../lifecycle/fields";
import type { Lifecycle } from "../lifecycle/lifecycle";
import type { Run } from "../lifecycle/run";
import { onlyMissing, writeText } from "../lifecycle/text-on-disk";
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

export const receiverControlsFileFields = {
  inputs: {
    /** Used in messages. Default: the resource's name. A change touches nothing. */
    name: nameInput(z.string("must be text"), { compare: "ignored" }),
    /** The absolute path of the file, on the machine that runs Pulumi. A change moves the file. */
    path: input(absolutePath("is required: `controlsFile` of the relay in receiver.yaml")),
    /** Events are taken and kept, none is delivered. Default: false. */
    paused: input(CONTROLS_SHAPE.paused),
    /** The most requests to the destination in a second. Default: no limit. */
    maxPerSecond: input(CONTROLS_SHAPE.maxPerSecond),
    /** Which events go on: a list of rules, as docs/operations.md has them. Default: all. */
    filter: input(CONTROLS_SHAPE.filter),
    ...accessInputs,
    mark: internalInput(z.string(), { compare: "ignored" }),
  },
  outputs: hostOutput,
};

/** What a person declares of a controls file. */
export type ReceiverControlsFileArgs = ArgsOf<typeof receiverControlsFileFields.inputs>;
type Inputs = InputsOf<typeof receiverControlsFileFields.inputs>;
/** What is known of a controls file. */
export type ReceiverControlsFileOutputs = OutputsOf<
  typeof receiverControlsFileFields.inputs,
  typeof receiverControlsFileFields.outputs
>;

type Controls = Pick<Inputs, "paused" | "maxPerSecond" | "filter">;
const controls = z.strictObject(CONTROLS_SHAPE);

/**
 * The file out of which a self-hosted receiver reads the controls of a relay, which names it as `controlsFile`. Written at once
 * as a whole, and noticed within a second or two.
 */
export const receiverControlsFile: Lifecycle<Inputs, ReceiverControlsFileOutputs, Run> = {
  name: "ReceiverControlsFile",
  type: "receiver:ControlsFile",
  ...receiverControlsFileFields,

  connect: (_settings, run) => run,

  async create(run, inputs) {
    const outputs = { ...inputs, host: hostname() };
    await write(outputs);
    run.of(FilesMade).paths.add(inputs.path);
    return { id: `receiver-controls-${inputs.mark}`, outputs };
  },

  async read(run, _id, known) {
    if (isElsewhere(known)) {
      run.warn(
        `${label(known)} was written on ${known.host}, so it is not looked at on this machine (${hostname()}); \`pulumi up --replace <its URN>\` writes it here`,
      );
      return known;
    }
    const text = await doing("read", label(known), () => readFile(known.path, "utf8").catch(onlyMissing));
    const found = text === undefined ? undefined : controlsIn(text);
    // What is none is written anew, as what is missing is.
    if (found === undefined) return undefined;
    const { paused: _paused, maxPerSecond: _maxPerSecond, filter: _filter, ...rest } = known;
    return { ...rest, ...found, ...(await doing("read", label(known), () => accessNow(known))), host: hostname() };
  },

  async update(run, _id, known, inputs) {
    const outputs = { ...inputs, host: hostname() };
    await write(outputs);
    await leaveFormer(run, label(inputs), known, outputs, "bring this one there");
    return outputs;
  },

  delete: (run, _id, known) => removeWritten(run, label(known), known),
};

function controlsIn(text: string): Controls | undefined {
  try {
    return controls.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function write(outputs: ReceiverControlsFileOutputs): Promise<void> {
  const { paused, maxPerSecond, filter } = outputs;
  const text = JSON.stringify({ paused, maxPerSecond, filter }, undefined, 2);
  await doing("write", label(outputs), () => writeText(outputs, `${text}\n`));
}

function label({ name, path: file }: Pick<Inputs, "name" | "path">): string {
  return `controls file "${name}" (${file})`;
}
