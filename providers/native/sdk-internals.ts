/**
 * What the SDK's own provider server uses and does not declare to others. reference: `provider/server.js` of `@pulumi/pulumi`,
 * whose `Server` is not exported and drops the provider's settings.
 */
import type { Inputs, Resource } from "@pulumi/pulumi";
import * as server from "@pulumi/pulumi/provider/server";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as runtimeSettings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Map as ProtoMap } from "google-protobuf";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

interface ServerModule {
  readonly deserializeInputs: (
    inputs: Struct | undefined,
    dependencies: ProtoMap<string, ConstructRequest.PropertyDependencies>,
  ) => Promise<Inputs>;
}

interface SettingsModule {
  resetOptions(
    project: string,
    stack: string,
    parallel: number,
    engine: string,
    monitor: string,
    preview: boolean,
    organization: string,
  ): void;
  awaitFeatureSupport(): Promise<void>;
  waitForRPCs(): Promise<void>;
}

interface RpcModule {
  readonly serializeResourceProperties: (
    label: string,
    properties: Inputs,
  ) => Promise<[Record<string, unknown>, Map<string, Set<Resource>>]>;
}

interface StateModule {
  readonly withLocalStorage: <T>(work: () => Promise<T>) => Promise<T>;
}

/** `Inputs` with secrets and dependencies, out of a request's. */
export const { deserializeInputs } = server as unknown as ServerModule;
export const settings = runtimeSettings as unknown as SettingsModule;
export const { serializeResourceProperties } = rpc as unknown as RpcModule;
export const { withLocalStorage } = state as unknown as StateModule;
