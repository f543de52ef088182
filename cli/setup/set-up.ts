import * as z from "zod";
import { RelayError, messageOf } from "../../providers/lifecycle/errors";
import { objectId, uuid } from "../../providers/airkit/object-id";
import { remember } from "../../providers/lifecycle/secrets";
import { settingsFrom } from "../../providers/lifecycle/settings";
import { KEY } from "../../stack/relays";
import { RELAY } from "../doctor/gather";
import type { Config } from "../doctor/config";
import { StackSubject, type Where } from "../doctor/kinds/stack";
import type { State } from "../doctor/state";
import { typeFlags } from "../config-type";
import { Pulumi } from "../pulumi";
import { type StepLeft, stepsAfterUp } from "./after-up";
import { stepsBeforeUp, tokenOf } from "./before-up";
import { type Spelling, spellingOf } from "./spelling";
import type { Setup, SetupStep } from "./step";

/**
 * The operator's steps of one stack, before its first `up` and after it. All that is known stands in stack config and state,
 * so it goes on wherever it was left.
 */
export class StackSetup {
  private known: Known = { setup: { steps: [], next: "nothing", relays: [] }, left: [], relays: undefined };

  constructor(
    private readonly where: Where,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Reads stack config and state, and says what is left to do. */
  async look(): Promise<Setup> {
    const stack = new StackSubject(this.where);
    const [state, config] = await Promise.all([stack.state(), stack.config()]);
    return this.lookAt(state, config);
  }

  /** The same where both have been read. */
  lookAt(state: State, config: Config): Setup {
    this.known = look(state, config, spellingOf(state, this.where.cwd), this.environment);
    return this.known.setup;
  }

  /** Does what the step's command does. A secret goes to the CLI by its standard input, where nobody can see it. */
  async record(id: string, value: string): Promise<void> {
    const step = this.stepOf(id);
    const { kind } = step.takes;
    if (kind === "program")
      throw new RelayError({
        doing: step.title,
        what: "its provider has its settings from the program, so nothing is recorded in stack config",
        next: step.command,
      });
    const given = kind === "done" ? (this.known.left.find((one) => one.step.id === id)?.revision ?? "") : value.trim();
    const problem = problemWith(step, given);
    if (problem !== undefined) throw new RelayError({ doing: step.title, what: problem });
    const isPath = id.includes(".") || id.includes("[");
    const set = ["config", "set", ...(isPath ? ["--path"] : [])];
    if (kind === "secret") {
      remember(given);
      await new Pulumi(this.where).run([...set, "--secret", id], { input: given });
      return;
    }
    const recorded = kind === "uuid" ? objectId(given) : given;
    // A relay may be called 4711.
    await new Pulumi(this.where).run([...set, ...(isPath ? typeFlags(recorded) : []), "--", id, recorded]);
  }

  /** A secret that a step's form asks for. */
  secretOf(id: string, label: string): string {
    const step = this.stepOf(id);
    const left = this.known.left.find((one) => one.step.id === id);
    const secret = left === undefined ? tokenOf(this.known.relays, step.relay) : left.secret(label);
    if (secret !== undefined && secret !== "") return secret;
    throw new RelayError({
      doing: step.title,
      what: `${label} is not known yet`,
      next: "do the steps before it first",
    });
  }

  private stepOf(id: string): SetupStep {
    const step = this.known.setup.steps.find((one) => one.id === id);
    if (step === undefined)
      throw new RelayError("this step is no longer open: somebody has recorded it meanwhile; look again");
    return step;
  }
}

/** What is wrong with what a person gives back; `undefined` where it will do. */
export function problemWith({ takes: { kind } }: SetupStep, value: string): string | undefined {
  if (kind === "uuid") {
    const { error } = uuid.safeParse(value);
    return error?.issues[0]?.message;
  }
  return value.trim() === "" ? "nothing was entered" : undefined;
}

interface Known {
  readonly setup: Setup;
  readonly left: readonly StepLeft[];
  /** As stack config declares them. */
  readonly relays: unknown;
}

const declared = z.array(z.object({ name: z.string() }));
const statuses = z.enum(["active", "pending", "failing"]);

function look(state: State, config: Config, spelling: Spelling, environment: NodeJS.ProcessEnv): Known {
  const relays = jsonIn(config, KEY);
  const deployed = state.resources.filter(({ type, pendingDelete }) => type === RELAY && !pendingDelete);
  const names = declared.safeParse(relays).data?.map(({ name }) => name) ?? [];
  const waiting = names.filter((name) => !deployed.some((one) => one.name === name));
  const told = [
    ...deployed.map(({ name, outputs }) => ({
      name,
      status: statuses.safeParse(outputs.status).data ?? ("not deployed" as const),
    })),
    ...waiting.map((name) => ({ name, status: "not deployed" as const })),
  ];
  try {
    const settings = settingsFrom((key) => config[key], environment);
    // A program that declares its relays itself says in its preview what is missing.
    const isDeclaredElsewhere = relays === undefined && (deployed.length > 0 || spelling.isNested);
    const before = isDeclaredElsewhere ? [] : stepsBeforeUp(relays, settings);
    const left = stepsAfterUp(state, spelling.recordedIn(config), spelling);
    const steps = [...before, ...left.filter(({ isRecorded }) => !isRecorded).map(({ step }) => step)];
    const isFirst = isDeclaredElsewhere && deployed.length === 0;
    const needsUp = isFirst || waiting.length > 0 || left.some(({ isRecorded }) => isRecorded);
    const next = steps.length > 0 ? "step" : needsUp ? "up" : "nothing";
    return { setup: { steps, next, relays: told }, left, relays };
  } catch (error) {
    return { setup: { steps: [], next: "nothing", relays: told, trouble: messageOf(error) }, left: [], relays };
  }
}

function jsonIn(config: Config, key: string): unknown {
  const text = config[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
