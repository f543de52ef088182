import { afterEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as alias from "@pulumi/pulumi/proto/alias_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { construct } from "../../../providers/native/construct";
import { pluginVersion } from "../../../providers/native/shipped-schema";
import { structOf } from "../../../providers/native/struct";
import { hasSecret, wrapSecret } from "../../../providers/native/values";
import { nativeSettings } from "../../../providers/plugin-settings";
import { startMonitor } from "./support/monitor";

const RELAY = "kustomer-relay:index:KustomerRelay";
const PREFIX = "urn:pulumi:dev::shop::";
const parent = `${PREFIX}company:index:Platform::platform`;
const other = `${PREFIX}kustomer-relay:index:KustomerOutboundWebhook::other`;
const provider = `${PREFIX}pulumi:providers:kustomer-relay::eu::an-id`;

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function relay(adjust: (request: proto.ConstructRequest) => void = () => undefined, isOfAnyVersion = false) {
  const monitor = await startMonitor();
  cleanups.push(async () => {
    await pulumi.runtime.disconnect();
    monitor.close();
  });
  const request = new proto.ConstructRequest().setType(RELAY).setName("support").setParallel(8);
  request.setProject("shop").setStack("dev").setOrganization("acme").setMonitorendpoint(monitor.address);
  const token = wrapSecret("a-key-of-kustomer");
  request.setInputs(structOf({ kustomer: { apiKey: { token } }, destination: "https://bots.example.com/in" }));
  adjust(request);
  const kustomer = { baseUrl: "https://kustomer.example.com", apiKey: "a-management-key" };
  const settings = nativeSettings({ args: { kustomer } }, {});
  const made = await construct(request, { engine: monitor.address, settings, isOfAnyVersion });
  const [component, ...children] = monitor.registered.filter((one) => one.getType() !== "pulumi:pulumi:Stack");
  return { made, component, children };
}

test("every option that a program gives a component is the component's, and its children have those that are theirs", async () => {
  const { component, children } = await relay((request) => {
    request.setParent(parent).setProtect(true).setRetainondelete(true).setDeletedwith(other);
    request.setDependenciesList([other]).setIgnorechangesList(["rotation"]).setReplaceonchangesList(["destination"]);
    request.setCustomtimeouts(new proto.ConstructRequest.CustomTimeouts().setCreate("7m").setDelete("3m"));
    request.getProvidersMap().set("kustomer-relay", provider);
    const spec = new alias.Alias.Spec().setName("former").setNoparent(true);
    request.setAliasesList([new alias.Alias().setUrn(`${PREFIX}${RELAY}::old`), new alias.Alias().setSpec(spec)]);
  });
  expect(component?.getParent()).toBe(parent);
  expect([component?.getProtect(), component?.getRetainondelete(), component?.getDeletedwith()]).toEqual([
    true,
    true,
    other,
  ]);
  expect(component?.getDependenciesList()).toEqual([other]);
  expect(component?.getIgnorechangesList()).toEqual(["rotation"]);
  expect(component?.getReplaceonchangesList()).toEqual(["destination"]);
  expect(component?.getCustomtimeouts()?.toObject()).toMatchObject({ create: "7m", pb_delete: "3m" });
  expect(component?.getAliasesList().map((one) => one.getUrn() || one.getSpec()?.toObject())).toEqual([
    `${PREFIX}${RELAY}::old`,
    expect.objectContaining({ name: "former", noparent: true }),
  ]);
  expect(children.map((child) => child.getName()).sort()).toEqual(["support-api-key", "support-webhook"]);
  for (const child of children) {
    expect(child.getParent()).toBe(`${PREFIX}${RELAY}::support`);
    expect(child.getProvider()).toBe(provider);
    expect(child.getProtect()).toBe(true);
  }
});

test("its children go on with what the dynamic providers made, their secrets are secret, and it gives back its outputs", async () => {
  const { made, children } = await relay();
  const key = children.find((child) => child.getName() === "support-api-key");
  expect(hasSecret(key?.getObject()?.toJavaScript().token)).toBe(true);
  expect(key?.getAdditionalsecretoutputsList()).toContain("token");
  expect(key?.getAliasesList().map((one) => one.getSpec()?.getType())).toEqual(["pulumi-nodejs:kustomer:ApiKey"]);
  expect(made.urn).toBe(`${PREFIX}${RELAY}::support`);
  expect(hasSecret(made.state.kustomerApiKey)).toBe(true);
  expect(made.dependencies.kustomerApiKey).toContain(`${PREFIX}kustomer-relay:index:KustomerApiKey::support-api-key`);
});

test("its children are of the version that the program asks for, or of none where it asks for none: so one plugin serves all", async () => {
  const versionsOf = async (isOfAnyVersion: boolean): Promise<Set<string>> =>
    new Set((await relay(undefined, isOfAnyVersion)).children.map((child) => child.getVersion()));
  expect(await versionsOf(false)).toEqual(new Set([pluginVersion()]));
  expect(await versionsOf(true)).toEqual(new Set([""]));
});

test("a component that there is none of is told, and a mistake in its arguments as the program's", async () => {
  await expect(relay((request) => request.setType("kustomer-relay:index:Teapot"))).rejects.toThrow(
    "there is no component kustomer-relay:index:Teapot",
  );
  await expect(relay((request) => request.setInputs(structOf({ destination: 5 })))).rejects.toThrow(
    /destination: must be/,
  );
});
