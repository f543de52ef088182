import type { InputField, OutputField } from "./fields";
import type { Run } from "./run";
import type { Settings } from "./settings";

/** What can be asked of any lifecycle: all operations, the resource class and the reference are derived from it. */
export interface Declaration {
  /** The resource's name in code and in the state, for example `KustomerOutboundWebhook`. Never change it. */
  readonly name: string;
  /** The type in a URN, for example `kustomer:OutboundWebhook`. Never change it. */
  readonly type: string;
  readonly inputs: Readonly<Record<string, InputField>>;
  /** What only the remote system knows, or knows better than what was declared. */
  readonly outputs: Readonly<Record<string, OutputField>>;
}

/**
 * How one object of a remote system is declared, compared and kept: the whole of what a resource file has to say. It knows
 * nothing of Pulumi. What only some resources need stands in `opt-ins.ts`.
 *
 * `Outputs` holds every input as the remote system has it, plus what only the remote system knows.
 */
export interface Lifecycle<Inputs extends object, Outputs extends Inputs, Connection> extends Declaration {
  /** Reads the settings; throws one error that names everything missing. No network. What it gives back may keep the run. */
  connect(settings: Settings, run: Run): Connection;
  create(connection: Connection, inputs: Inputs): Promise<Created<Outputs>>;
  /** What the object is now; `undefined` when it is gone. */
  read(connection: Connection, id: string, known: Outputs): Promise<Outputs | undefined>;
  update(connection: Connection, id: string, known: Outputs, inputs: Inputs): Promise<Outputs>;
  /** Also succeeds when the object is gone already. */
  delete(connection: Connection, id: string, known: Outputs): Promise<void>;
}

/** A lifecycle whose types are of no account: what the operations work with. */
export type AnyLifecycle = Lifecycle<object, object, unknown>;

export interface Created<Outputs> {
  readonly id: string;
  readonly outputs: Outputs;
}

/** The properties that are inputs. */
export function onlyInputs({ inputs }: Pick<Declaration, "inputs">, known: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(known).filter(([name]) => Object.hasOwn(inputs, name)));
}

/** The names of all properties, inputs and outputs. */
export function propertiesOf({ inputs, outputs }: Declaration): string[] {
  return Object.keys({ ...inputs, ...outputs });
}

/** The names of all secret properties, inputs and outputs. */
export function secretProperties(declaration: Declaration): string[] {
  const { inputs, outputs } = declaration;
  return propertiesOf(declaration).filter((name) => inputs[name]?.secret === true || outputs[name]?.secret === true);
}
