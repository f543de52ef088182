import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { RelayError } from "../lifecycle/errors";
import type { Change } from "../lifecycle/operations";
import { misnamedSettings } from "../misnamed-settings";
import { withoutPythonNames } from "../plugin-settings";
import type { Constructed } from "./construct";
import { Unfinished } from "./errors";
import type { lookUp } from "./lookups";
import type { Call, NativeProvider } from "./provider";
import type { State } from "./state";
import { structOf, valuesOf } from "./struct";
import { wrapSettings } from "./secret-settings";
import { type Values, unwrapSecrets } from "./values";

const { DiffChanges } = proto.DiffResponse;
const { Kind } = proto.PropertyDiff;

export interface ServiceParts {
  readonly provider: NativeProvider;
  readonly version: () => string;
  readonly schema: () => string;
  readonly lookups: typeof lookUp;
  /** Loaded with the first component only: it brings the SDK along. */
  readonly construct: (request: proto.ConstructRequest) => Promise<Constructed>;
  /** Where the engine listens. */
  readonly attach: (address: string) => void;
}

type Answers = {
  readonly [Method in keyof IResourceProviderServer]?: (request: never) => unknown;
};

/** The engine's ResourceProvider protocol, message by message. What is not here answers Unimplemented. */
export function answersOf({ provider, version, schema, lookups, construct, attach }: ServiceParts) {
  return {
    handshake: (request: proto.ProviderHandshakeRequest) => {
      attach(request.getEngineAddress());
      const answer = new proto.ProviderHandshakeResponse();
      return answer.setAcceptSecrets(true).setAcceptResources(true).setAcceptOutputs(true);
    },

    attach: (request: PluginAttach) => {
      attach(request.getAddress());
      return new Empty();
    },

    getPluginInfo: () => new PluginInfo().setVersion(version()),

    getSchema: (request: proto.GetSchemaRequest) => {
      if (request.getVersion() !== 0)
        throw new Error(`there is no schema of version ${request.getVersion()}, only of 0`);
      return new proto.GetSchemaResponse().setSchema(schema());
    },

    checkConfig: (request: proto.CheckRequest) => {
      const news = valuesOf(request.getNews());
      const answer = new proto.CheckResponse().setInputs(structOf(wrapSettings(news)));
      return answer.setFailuresList(failuresOf(misnamedSettings(withoutPythonNames(unwrapSecrets(news)))));
    },

    /** Other settings touch no resource: whatever differs is an update of the provider alone. */
    diffConfig: (request: proto.DiffRequest) => {
      const same = JSON.stringify(valuesOf(request.getOlds())) === JSON.stringify(valuesOf(request.getNews()));
      return new proto.DiffResponse().setChanges(same ? DiffChanges.DIFF_NONE : DiffChanges.DIFF_SOME);
    },

    configure: (request: proto.ConfigureRequest) => {
      provider.configure(valuesOf(request.getArgs()), request.getName());
      const answer = new proto.ConfigureResponse();
      return answer.setAcceptsecrets(true).setAcceptresources(true).setAcceptoutputs(true).setSupportspreview(true);
    },

    check: async (request: proto.CheckRequest) => {
      const [olds, news] = [valuesOf(request.getOlds()), valuesOf(request.getNews())];
      const { inputs, failures } = await provider.check(callOf(request), olds, news);
      const answer = new proto.CheckResponse().setInputs(structOf(inputs));
      return answer.setFailuresList(failuresOf(failures));
    },

    diff: async (request: proto.DiffRequest) => {
      const [olds, news] = [valuesOf(request.getOlds()), valuesOf(request.getNews())];
      const { changes, isDue } = await provider.diff(callOf(request), request.getId(), olds, news);
      const answer = new proto.DiffResponse();
      answer.setChanges(changes.length > 0 || isDue ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
      answer.setDiffsList(changes.map(({ field }) => field));
      answer.setReplacesList(changes.filter(({ replaces }) => replaces).map(({ field }) => field));
      answer.setHasdetaileddiff(changes.length > 0);
      for (const change of changes) answer.getDetaileddiffMap().set(change.field, propertyDiff(change));
      return answer;
    },

    create: async (request: proto.CreateRequest) => {
      const call = callOf(request);
      const inputs = valuesOf(request.getProperties());
      const answer = new proto.CreateResponse();
      if (request.getPreview()) return answer.setProperties(structOf(provider.previewCreate(call, inputs)));
      const { id, properties } = finished(await provider.create(call, inputs));
      return answer.setId(id).setProperties(structOf(properties));
    },

    read: async (request: proto.ReadRequest) => {
      const call = callOf(request);
      const stored = valuesOf(request.getProperties());
      const found =
        Object.keys(stored).length === 0
          ? await provider.import(call, request.getId(), valuesOf(request.getInputs()))
          : await provider.read(call, request.getId(), stored);
      const answer = new proto.ReadResponse();
      // Without an id it is gone.
      if (found === undefined) return answer;
      return answer.setId(found.id).setProperties(structOf(found.properties)).setInputs(structOf(found.inputs));
    },

    update: async (request: proto.UpdateRequest) => {
      const call = callOf(request);
      const [olds, news] = [valuesOf(request.getOlds()), valuesOf(request.getNews())];
      const answer = new proto.UpdateResponse();
      if (request.getPreview()) return answer.setProperties(structOf(provider.previewUpdate(call, olds, news)));
      const { properties } = finished(await provider.update(call, request.getId(), olds, news));
      return answer.setProperties(structOf(properties));
    },

    delete: async (request: proto.DeleteRequest) => {
      await provider.delete(callOf(request), request.getId(), valuesOf(request.getProperties()));
      return new Empty();
    },

    invoke: async (request: proto.InvokeRequest) => {
      const values = await lookups(request.getTok(), valuesOf(request.getArgs()), provider.context);
      return new proto.InvokeResponse().setReturn(structOf(values));
    },

    construct: async (request: proto.ConstructRequest) => {
      const { signal } = provider.context.run;
      const { urn, state, dependencies } = await Promise.race([construct(request), ending(signal)]);
      const answer = new proto.ConstructResponse().setUrn(urn).setState(structOf(state));
      for (const [property, urns] of Object.entries(dependencies)) {
        const list = new proto.ConstructResponse.PropertyDependencies().setUrnsList([...urns]);
        answer.getStatedependenciesMap().set(property, list);
      }
      return answer;
    },

    cancel: () => {
      provider.cancel();
      return new Empty();
    },
  } satisfies Answers;
}

function callOf(request: { getUrn(): string; getTimeout?(): number }): Call {
  const timeout = request.getTimeout?.() ?? 0;
  return { urn: request.getUrn(), ...(timeout > 0 && { timeout }) };
}

/** An engine that ends a run answers no registration any more: what a component waits for does not come. */
function ending(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => {
      reject(
        new RelayError({
          what: "the run ended before all of it was declared",
          next: "the next `pulumi up` goes on from there",
        }),
      );
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

function failuresOf(reasons: readonly string[]): proto.CheckFailure[] {
  return reasons.map((reason) => new proto.CheckFailure().setReason(reason));
}

function finished(state: State): { id: string; properties: Values } {
  if (state.unfinished.length > 0) throw new Unfinished(state);
  return state;
}

function propertyDiff({ kind, replaces }: Change): proto.PropertyDiff {
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  } as const;
  return new proto.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]);
}
