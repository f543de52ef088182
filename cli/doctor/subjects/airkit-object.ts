import type { AirkitDriver, DriverName, OperatorStep } from "../../../providers/airkit/driver";
import type { AirkitObjectInputs, AirkitObjectOutputs } from "../../../providers/airkit/object";
import { diff } from "../../../providers/lifecycle/diff";
import type { Declaration, Lifecycle } from "../../../providers/lifecycle/lifecycle";
import type { Settings } from "../../../providers/lifecycle/settings";
import type { StateResource } from "../state";
import type { SubjectOf } from "../subjects";

type Outputs = AirkitObjectInputs & AirkitObjectOutputs & { readonly webhookSecretKey?: string };

/** Any of the four lifecycles, which differ in their forms only. */
export type AirkitLifecycle = Declaration & Pick<Lifecycle<Outputs, Outputs, AirkitDriver>, "connect" | "read">;

/** An object of Airkit's console. */
export class AirkitSubject implements SubjectOf<"Airkit object"> {
  readonly kind = "Airkit object";
  readonly name: string;
  readonly driver: DriverName;
  /** What a person has left to do. */
  readonly steps: readonly OperatorStep[];
  /** The signing secret that was last entered, or is to be; of a Routing Flow. */
  readonly signingSecret: string | undefined;
  private readonly known: Outputs;

  constructor(
    private readonly resource: StateResource,
    private readonly lifecycle: AirkitLifecycle,
    private readonly settings: Settings,
    /** The signing secrets of the stack's webhooks. */
    readonly secretsInUse: readonly string[],
  ) {
    this.known = resource.outputs as unknown as Outputs;
    this.name = resource.name;
    this.driver = this.known.driver;
    this.steps = this.known.steps;
    this.signingSecret = this.known.webhookSecretKey;
  }

  /** The fields that are otherwise in Airkit than in the state; `undefined` when the object is gone. */
  async drift(): Promise<string[] | undefined> {
    const { id } = this.resource;
    const found = await this.lifecycle.read(this.lifecycle.connect(this.settings), id, this.known);
    return found && diff(this.lifecycle, id, { ...found }, { ...this.known }).changed;
  }
}
