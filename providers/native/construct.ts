/** Components over gRPC: what the SDK's own provider server does around a constructor. */
import * as pulumi from "@pulumi/pulumi";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { registerResourceModule, setAllConfig } from "@pulumi/pulumi/runtime";
import type { Settings } from "../lifecycle/settings";
import { COMPONENTS, REFERENCES } from "./components";
import { setVersion } from "./classes";
import { InvalidRequest } from "./invalid-request";
import { deserializeInputs, serializeResourceProperties, settings, withLocalStorage } from "./sdk-internals";
import { opened } from "./opened";
import { pluginVersion } from "./shipped-schema";
import { PACKAGE } from "../types";
import { withoutPythonNames } from "./python-names";
import type { Values } from "./values";

export interface Host {
  /** The engine's address. */
  readonly engine: string;
  readonly settings: Settings;
  /** Whether the program has asked for a component of any version. */
  readonly isOfAnyVersion: boolean;
}

/** A component that was made. Plain data: this file is bundled by itself, with messages of its own that the server does not know. */
export interface Constructed {
  readonly urn: string;
  readonly state: Values;
  /** What each output depends on, by URN. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** A promise inside a component that nobody awaits fails the component, and not the plugin. */
const constructions = new Set<(error: unknown) => void>();

for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, (error: unknown) => {
    for (const fail of constructions) fail(error);
  });

export function construct(request: ConstructRequest, host: Host): Promise<Constructed> {
  return withLocalStorage(
    () =>
      new Promise((resolve, reject) => {
        constructions.add(reject);
        build(request, host)
          .then(resolve, reject)
          .finally(() => constructions.delete(reject));
      }),
  );
}

async function build(request: ConstructRequest, host: Host): Promise<Constructed> {
  const type = request.getType();
  const component = COMPONENTS[type];
  if (component === undefined) throw new InvalidRequest(`there is no component ${type}`);
  await joinRun(request, host.engine);
  setVersion(host.isOfAnyVersion ? undefined : pluginVersion());
  registerResourceModule(PACKAGE, "aws", REFERENCES);
  const given = await opened(await deserializeInputs(request.getInputs(), request.getInputdependenciesMap()));
  const inputs = withoutPythonNames(type, given);
  const { resource, outputs } = component(request.getName(), inputs, optionsOf(request), host.settings);
  const [state, resources] = await serializeResourceProperties(`construct(${type}, ${request.getName()})`, outputs);
  const dependencies = await Promise.all(
    [...resources].map(async ([property, all]) => [
      property,
      await Promise.all([...all].map(({ urn }) => valueOf(urn))),
    ]),
  );
  const urn = await valueOf(resource.urn);
  await settings.waitForRPCs();
  return { urn, state, dependencies: Object.fromEntries(dependencies) as Constructed["dependencies"] };
}

/** The SDK keeps the run in globals, so all components of a plugin have to be of one run; an engine starts one for each. */
async function joinRun(request: ConstructRequest, engine: string): Promise<void> {
  settings.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engine,
    request.getMonitorendpoint(),
    request.getDryrun(),
    request.getOrganization(),
  );
  await settings.awaitFeatureSupport();
  setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
}

function optionsOf(request: ConstructRequest): pulumi.ComponentResourceOptions {
  const providers = [...request.getProvidersMap().entries()].map(
    ([name, reference]): [string, pulumi.ProviderResource] => [name, new pulumi.DependencyProviderResource(reference)],
  );
  const parent = request.getParent();
  const deletedWith = request.getDeletedwith();
  return {
    aliases: request
      .getAliasesList()
      .flatMap((alias): (string | pulumi.Alias)[] => (alias.hasUrn() ? [alias.getUrn()] : specOf(alias.getSpec()))),
    dependsOn: request.getDependenciesList().map((urn) => new pulumi.DependencyResource(urn)),
    providers: Object.fromEntries(providers),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    ...(parent !== "" && { parent: new pulumi.DependencyResource(parent) }),
    ...(request.hasProtect() && { protect: request.getProtect() === true }),
    ...(request.hasRetainondelete() && { retainOnDelete: request.getRetainondelete() === true }),
    ...(request.hasCustomtimeouts() && { customTimeouts: timeoutsOf(request) }),
    ...(deletedWith !== "" && { deletedWith: new pulumi.DependencyResource(deletedWith) }),
  };
}

function timeoutsOf(request: ConstructRequest): pulumi.CustomTimeouts {
  const timeouts = request.getCustomtimeouts();
  return { create: timeouts?.getCreate(), update: timeouts?.getUpdate(), delete: timeouts?.getDelete() };
}

type Spec = ReturnType<ReturnType<ConstructRequest["getAliasesList"]>[number]["getSpec"]>;

function specOf(spec: Spec): pulumi.Alias[] {
  if (spec === undefined) return [];
  const alias: pulumi.Alias = {};
  if (spec.getName() !== "") alias.name = spec.getName();
  if (spec.getType() !== "") alias.type = spec.getType();
  if (spec.getProject() !== "") alias.project = spec.getProject();
  if (spec.getStack() !== "") alias.stack = spec.getStack();
  if (spec.hasParenturn()) alias.parent = spec.getParenturn();
  else if (spec.hasNoparent() && spec.getNoparent()) alias.parent = pulumi.rootStackResource;
  return [alias];
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
