import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import type { RegisterResourceOutputsRequest } from "@pulumi/pulumi/proto/resource_pb";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import type { HostedReceiver, RelayReceiverArgs } from "../../../components/aws/arguments";
import { dynamicEdge } from "../../../components/aws/dynamic-edge";
import type { ReceiverEdge } from "../../../components/aws/edge";
import { RelayReceiver } from "../../../components/aws/relay-receiver";
import { SharedReceiver } from "../../../components/aws/shared-receiver";
import { AWS_VERSION } from "../../../providers/native/aws-classes";
import { receiverEdge } from "../../../providers/native/components";
import { repoRoot } from "../../../toolbox/pulumi";
import { KEY, QUEUE, TABLE, TOPIC, VPC } from "../../components/aws/support/receiver";
import { type Registered, nameIn, registered } from "../../components/support/declared";

const HOURS = { timeZone: "Europe/Berlin", from: "08:00", to: "18:00" };
const CASES: readonly [string, RelayReceiverArgs][] = [
  ["without arguments", {}],
  [
    "with every argument that a file can hold",
    {
      region: "eu-west-1",
      intake: { memoryMiB: 512, reservedConcurrency: "none", unsealedPaths: ["f".repeat(32)], maxAgeMinutes: 90 },
      delivery: { timeoutSeconds: 90, maximumConcurrency: 5, giveUpAfterDays: 7 },
      alarms: { actions: [TOPIC], expectEventEveryMinutes: 60, businessHours: HOURS },
      logRetentionDays: 14,
      logLevel: "debug",
      kmsKeyArn: KEY,
      vpc: { ...VPC, intakeToo: true },
      pointInTimeRecovery: true,
      tags: { team: "support" },
    },
  ],
  ["on a queue and a table that exist", { queue: QUEUE, table: TABLE, alarms: false, dashboard: false }],
];

function declare(args: RelayReceiverArgs, edge: ReceiverEdge): Promise<Registered[]> {
  return registered(() => {
    const receiver = new RelayReceiver("hub", args, {}, edge);
    addRelay(receiver);
  });
}

function addRelay(receiver: HostedReceiver): void {
  receiver.addRelay("support").connect({
    signingSecret: "a-signing-secret",
    destination: { url: "https://bots.example.com/in", headers: { "x-tenant": "acme" } },
    maxPerSecond: 2,
  });
}

/** What the engine is asked to register, without where it is said; what has no order is sorted. */
function comparable(resources: readonly Registered[]): unknown[] {
  const texts = resources.map(({ request }) => {
    const kept = Object.entries(request).filter(([name]) => !/^(sourceposition|stacktrace|parentstack)/i.test(name));
    return JSON.stringify(Object.fromEntries(kept), (name, value: unknown) =>
      Array.isArray(value) && /^(dependencies|urns)List$|Map$/.test(name)
        ? [...(value as unknown[])].sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
        : value,
    )
      .replaceAll(dynamicEdge.bundles, "<bundles>")
      .replaceAll(receiverEdge.bundles, "<bundles>")
      .replaceAll("pulumi-nodejs:receiver:Route", "kustomer-relay:index:ReceiverRoute");
  });
  return texts.sort().map((text) => JSON.parse(text) as unknown);
}

const ofAws = ({ type }: Registered): boolean => type.startsWith("aws:");
const routesOf = (all: readonly Registered[]): unknown[] =>
  all.filter((one) => one.type.endsWith("Route")).map(({ name, parent, inputs }) => [name, parent, inputs.sealKey]);

test.each(CASES)(
  "a receiver %s is what TypeScript declares: resources, inputs, secrets, dependencies",
  async (_, args) => {
    const [theirs, ours] = [await declare(args, dynamicEdge), await declare(args, receiverEdge)];
    expect(comparable(ours.filter(ofAws))).toEqual(comparable(theirs.filter(ofAws)));
    expect(routesOf(ours)).toEqual(routesOf(theirs));
  },
);

test("a relay in a receiver that another call has made is what it is in one program, and is gone before the receiver is", async () => {
  const whole = await declare({ tags: { team: "support" }, kmsKeyArn: KEY }, receiverEdge);
  const apart = await registered(async () => {
    const kept = outputsKept();
    new RelayReceiver("hub", { tags: { team: "support" }, kmsKeyArn: KEY }, {}, receiverEdge);
    addRelay(new SharedReceiver(await kept, receiverEdge));
  });
  const inputsOf = (all: readonly Registered[]): unknown =>
    all.map(({ name, type, parent, inputs }) => ({ name, type, parent, inputs })).sort(byName);
  expect(inputsOf(apart)).toEqual(inputsOf(whole));
  const place = apart.filter(({ name }) => name.startsWith("hub-support"));
  expect(place.length).toBeGreaterThan(3);
  for (const { request } of place)
    expect(request.dependenciesList.map(nameIn)).toEqual(
      expect.arrayContaining(["hub-intake-role", "hub-delivery-role", "hub-url"]),
    );
});

/**
 * The URN of a component, once the mocks have its outputs: the SDK's keep them in a form that they cannot give back.
 */
function outputsKept(): Promise<string> {
  interface Monitor {
    readonly resources: Map<string, { state: unknown }>;
    registerResourceOutputs: (request: RegisterResourceOutputsRequest, done: unknown) => void;
  }
  const monitor = getMonitor() as unknown as Monitor;
  const register = monitor.registerResourceOutputs.bind(monitor);
  return new Promise((resolve) => {
    monitor.registerResourceOutputs = (request, done) => {
      register(request, done);
      const kept = monitor.resources.get(request.getUrn());
      if (kept !== undefined) kept.state = request.getOutputs()?.toJavaScript();
      resolve(request.getUrn());
    };
  });
}

const byName = (one: { name: string }, other: { name: string }): number => one.name.localeCompare(other.name);

test("its resources are those of the oldest plugin of AWS that the package takes", () => {
  const { peerDependencies } = JSON.parse(readFileSync(path.join(repoRoot(), "package.json"), "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  expect(peerDependencies["@pulumi/aws"]).toBe(`^${AWS_VERSION}`);
});
