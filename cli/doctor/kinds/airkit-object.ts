import type { DriverName } from "../../../providers/airkit/driver";
import type { OperatorStep } from "../../../providers/airkit/operator-step";
import type { AirkitObjectInputs, AirkitObjectOutputs } from "../../../providers/airkit/object-fields";
import { differences } from "../../../providers/lifecycle/differences";
import type { AnyLifecycle } from "../../../providers/lifecycle/lifecycle";
import { read } from "../../../providers/lifecycle/operations";
import { newRun } from "../../../providers/lifecycle/run";
import type { Settings } from "../../../providers/lifecycle/settings";
import { list } from "../../words";
import { checksOf, fail, ok, skip, warn } from "../check";
import type { StateResource } from "../state";
import type { Subject } from "../subject";

type Outputs = AirkitObjectInputs & AirkitObjectOutputs & { readonly webhookSecretKey?: string };

/** The doctor's findings say what matters. */
const run = newRun({ show: () => undefined });

/** An object of Airkit's console. */
export class AirkitSubject implements Subject {
  readonly kind = "Airkit object";
  readonly name: string;
  readonly urn: string;
  readonly driver: DriverName;
  /** What a person has left to do. */
  readonly steps: readonly OperatorStep[];
  /** The signing secret that was last entered, or is to be; of a Routing Flow. */
  readonly signingSecret: string | undefined;
  private readonly known: Outputs;

  constructor(
    private readonly resource: StateResource,
    private readonly lifecycle: AnyLifecycle,
    private readonly settings: Settings,
    /** The signing secrets of the stack's webhooks. */
    readonly secretsInUse: readonly string[],
  ) {
    this.known = resource.outputs as unknown as Outputs;
    this.name = resource.name;
    this.urn = resource.urn;
    this.driver = this.known.driver;
    this.steps = this.known.steps;
    this.signingSecret = this.known.webhookSecretKey;
  }

  /** The fields that are otherwise in Airkit than in the state; `undefined` when the object is gone. */
  async drift(): Promise<string[] | undefined> {
    const { id } = this.resource;
    const found = await read(this.lifecycle, { settings: this.settings, run }, id, this.resource.outputs);
    return found && differences(this.lifecycle, id, found.outputs, this.resource.outputs);
  }
}

export const airkitChecks = checksOf("Airkit object", (subject) => subject instanceof AirkitSubject, [
  {
    name: "airkit-steps",
    asks: "A person has nothing left to do in Airkit's console.",
    remedy:
      "`pulumi stack output operatorSteps` lists the steps, field by field, with the command that records each as done.",
    look({ steps }) {
      const [step] = steps;
      if (step === undefined) return ok("nothing left to do by hand");
      return warn(`left to a person: ${step.title}`, `${step.consolePath}; when done: ${step.done}`);
    },
  },
  {
    name: "airkit-object",
    asks: "The object is in Airkit as the state has it (console driver).",
    remedy: "`pulumi refresh`, then `pulumi up`.",
    concerns: ({ driver }) => driver === "console",
    async look(object) {
      const changed = await object.drift();
      if (changed === undefined)
        return fail("it no longer exists in Airkit", "run `pulumi refresh`, then `pulumi up` to make a new one");
      if (changed.length === 0) return ok("as the state has it");
      return fail(`differs in ${list(changed)}`, "run `pulumi refresh`, then `pulumi up` to put it back");
    },
  },
  {
    name: "routing-flow-secret",
    asks: "The Routing Flow was given the signing secret of a webhook of this stack. Whether Airkit still has that one cannot be seen: Airkit never shows it.",
    remedy:
      "`pulumi up` hands it on. Where Airkit refuses events all the same, enter it again, or `pulumi up --replace <URN of the Routing Flow>`.",
    concerns: ({ signingSecret, secretsInUse }) => signingSecret !== undefined && secretsInUse.length > 0,
    look({ signingSecret = "", secretsInUse, driver, urn }) {
      if (!secretsInUse.includes(signingSecret))
        return fail("it was given a secret with which no webhook of this stack signs", "run `pulumi up`");
      return skip(
        "not seen: it was given the webhook's secret, and Airkit never shows which one it has now",
        driver === "console"
          ? `if Airkit refuses events (401), enter it again: pulumi up --replace '${urn}'`
          : "if Airkit refuses events (401), enter it again in Airkit's console: Webhook secret key",
      );
    },
  },
]);
