import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readState } from "../../cli/doctor/state";
import { type Sandbox, startSandbox } from "../../sandbox";
import { program } from "../../lab/states/program";
import { trampoline } from "../../providers/trampoline";
import { type Recording, configOf, recordings, unpacked } from "../../lab/states/recording";
import { type ResourceState, TestStack, failureOf } from "./support/test-stack";

interface Deployment {
  resources: ResourceState[];
}

describe.each(recordings())("a stack that an older version left (%s)", (name) => {
  let sandbox: Sandbox;
  let stack: TestStack;
  let recording: Recording;

  const ours = (resources: readonly ResourceState[]): ResourceState[] =>
    resources.filter(({ type }) => type.startsWith("pulumi-nodejs:"));
  const recorded = (): ResourceState[] => ours((recording.deployment as Deployment).resources);
  /** With what goes without saying today. What the engine notes for itself, such as when, does not count. */
  const contents = (resources: readonly ResourceState[]): unknown[] =>
    readState(JSON.stringify({ deployment: { resources } }))
      .resources.map(({ urn, id, inputs, outputs }) => ({ urn, id, inputs, outputs }))
      .sort((one, other) => (one.urn < other.urn ? -1 : 1));

  beforeAll(async () => {
    stack = await TestStack.of(() => Promise.resolve());
    const stateFile = path.join(stack.directory, "sandbox.json");
    // The sandbox has to be told its address before it has one.
    writeFileSync(stateFile, JSON.stringify(unpacked(name, { sandbox: "", directory: "" }).sandbox));
    sandbox = await startSandbox({ stateFile });
    recording = unpacked(name, { sandbox: sandbox.url, directory: stack.directory });
    writeFileSync(path.join(stack.directory, "secrets"), recording.secretFile, { mode: 0o600 });
    await stack.configure(configOf(recording, sandbox.url));
    stack.program = program(recording.made, stack.directory);
    await stack.load(recording.deployment);
    sandbox.clearRequests();
  });

  afterAll(async () => {
    await sandbox.close();
    stack.remove();
  });

  test("has one of each resource in its state, each with the text that finds today's code", () => {
    const texts = new Map(
      recorded().map(({ type, outputs }) => [type.split(":").slice(1).join(":"), outputs.__provider]),
    );
    expect(Object.fromEntries(texts)).toEqual({
      "kustomer:ApiKey": trampoline("KustomerApiKey"),
      "kustomer:OutboundWebhook": trampoline("KustomerOutboundWebhook"),
      "receiver:Route": trampoline("ReceiverRoute"),
      "receiver:SigningSecretFile": trampoline("SigningSecretFile"),
      "airkit:Account": trampoline("AirkitAccount"),
      "airkit:Resource": trampoline("AirkitResource"),
      "airkit:ConversationHub": trampoline("AirkitConversationHub"),
      "airkit:RoutingFlow": trampoline("AirkitRoutingFlow"),
    });
  });

  test("is no change to today's code: neither preview nor refresh nor up finds one, and nothing is written", async () => {
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);
    const { steps, same } = await stack.up();
    expect({ steps, same }).toEqual({ steps: [], same: recorded().length });
    expect(new Set(sandbox.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    // A newer version may know more of an object, but nothing else.
    expect(contents(ours(await stack.state()))).toMatchObject(contents(recorded()));
  });

  test("is refused, and left as it is, when it is newer than today's code", async () => {
    const newer = structuredClone(recording.deployment) as Deployment;
    for (const { outputs } of newer.resources.filter(({ urn }) => urn.endsWith("::support-webhook")))
      outputs.stateVersion = 99;
    await stack.load(newer);
    const said = `read the state of KustomerOutboundWebhook "support-webhook": it was written by a newer pulumi-kustomer-relay (state version 99, this one knows 0)`;
    expect(await failureOf(stack.preview())).toContain(said);
    expect(await failureOf(stack.refresh())).toContain(said);
    await stack.load(recording.deployment);
  });

  test("is taken down by the text in its state alone", async () => {
    await stack.destroy();
    expect(sandbox.webhooks()).toEqual([]);
  });
});
