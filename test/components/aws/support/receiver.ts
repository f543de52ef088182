import { RelayReceiver } from "../../../../aws";
import type { RelayReceiverArgs } from "../../../../index";
import type { Policy, Statement } from "../../../../components/aws/policies";
import { type Registered, registered } from "../../support/declared";
import { REGION } from "../../support/on-aws";

export const TOPIC = `arn:aws:sns:${REGION}:123456789012:on-call`;
export const KEY = `arn:aws:kms:${REGION}:123456789012:key/0b0e0000-0000-4000-8000-000000000001`;
export const VPC = { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] };
export const QUEUE = {
  arn: `arn:aws:sqs:${REGION}:123456789012:ours.fifo`,
  deadLetterArn: `arn:aws:sqs:${REGION}:123456789012:ours-dead.fifo`,
};
export const TABLE = { arn: `arn:aws:dynamodb:${REGION}:123456789012:table/ours` };

export interface Declared {
  readonly receiver: RelayReceiver;
  readonly resources: Registered[];
}

let plain: Promise<Declared> | undefined;

/** A receiver and what it registered, with one relay in it. The one without arguments is declared once for all who look at it. */
export function declareReceiver(args?: RelayReceiverArgs): Promise<Declared> {
  return args === undefined ? (plain ??= declare({})) : declare(args);
}

async function declare(args: RelayReceiverArgs): Promise<Declared> {
  const made: RelayReceiver[] = [];
  const resources = await registered(() => {
    const receiver = new RelayReceiver("hub", args);
    const relay = receiver.addRelay("support");
    relay.connect({ signingSecret: "a-signing-secret", destination: { url: "https://bots.example.com/in" } });
    made.push(receiver);
  });
  const [receiver] = made;
  if (receiver === undefined) throw new Error("no receiver was made");
  return { receiver, resources };
}

/** `sqs/queue:Queue` is written `sqs.Queue`. */
export function ofType(resources: readonly Registered[], type: string): Registered[] {
  const [module, kind] = type.split(".");
  return resources.filter(
    (resource) => resource.type.startsWith(`aws:${module}/`) && resource.type.endsWith(`:${kind}`),
  );
}

export function called(resources: readonly Registered[], name: string): Registered {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
}

/** Every policy document among the resources, by the resource's name. */
export function policiesOf(resources: readonly Registered[]): Map<string, Policy> {
  const documents = resources.flatMap(({ name, inputs }) =>
    [inputs.policy, inputs.assumeRolePolicy]
      .filter((text) => typeof text === "string")
      .map((text): [string, Policy] => [name, JSON.parse(text) as Policy]),
  );
  return new Map(documents);
}

/** What a role is allowed, all of its policies together: action and resource. */
export function allowedOf(resources: readonly Registered[], role: string): string[] {
  const policies = ofType(resources, "iam.RolePolicy").filter(({ inputs }) => String(inputs.role).startsWith(role));
  return [...policiesOf(policies).values()]
    .flatMap(({ Statement }) => Statement.filter(({ Effect }) => Effect === "Allow"))
    .flatMap(pairs)
    .sort();
}

function pairs({ Action, Resource = [] }: Statement): string[] {
  return [Action]
    .flat()
    .flatMap((action) => [Resource].flat().map((resource) => `${String(action)} ${String(resource)}`));
}

/** A JSON text among a resource's inputs. */
export function jsonOf({ inputs }: Registered, property: string): unknown {
  return JSON.parse(String(inputs[property]));
}
