import { Metadata, type ServiceError, credentials } from "@grpc/grpc-js";
import { afterEach, expect } from "@jest/globals";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Constructed } from "../../../../providers/native/construct";
import { NativeProvider } from "../../../../providers/native/provider";
import { serve } from "../../../../providers/native/server";
import { answersOf } from "../../../../providers/native/service";
import { lookUp } from "../../../../providers/native/lookups";
import { structOf, valuesOf } from "../../../../providers/native/struct";
import type { Values } from "../../../../providers/native/values";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A plugin in this process, and a client that speaks to it as the engine does: over gRPC. */
export async function startPlugin(
  environment: NodeJS.ProcessEnv = {},
  construct: () => Promise<Constructed> = () => Promise.reject(new Error("no component in this test")),
): Promise<Plugin> {
  const warnings: { message: string; urn: string }[] = [];
  const provider = new NativeProvider({ environment, warn: (message, urn) => warnings.push({ message, urn }) });
  const attached: string[] = [];
  const methods = answersOf({
    provider,
    version: () => "1.2.3",
    schema: () => '{"name":"kustomer-relay"}',
    lookups: lookUp,
    construct,
    attach: (address) => attached.push(address),
  });
  const serving = await serve(methods, () => Promise.resolve());
  const client = new ResourceProviderClient(`127.0.0.1:${serving.port}`, credentials.createInsecure());
  open.push(() => {
    client.close();
    serving.close();
  });
  return new Plugin(client, warnings, attached);
}

/** What the engine hears: the values, or an error with what came along. */
export class Plugin {
  constructor(
    readonly client: ResourceProviderClient,
    readonly warnings: readonly { message: string; urn: string }[],
    readonly attached: readonly string[],
  ) {}

  async configure(args: Values, name = ""): Promise<proto.ConfigureResponse> {
    const request = new proto.ConfigureRequest().setArgs(structOf(args)).setName(name);
    return this.call((done) => this.client.configure(request, done));
  }

  async checkConfig(news: Values): Promise<{ inputs: Values; failures: string[] }> {
    const request = new proto.CheckRequest().setNews(structOf(news));
    const answer = await this.call<proto.CheckResponse>((done) => this.client.checkConfig(request, done));
    return checked(answer);
  }

  async check(type: string, news: Values, olds: Values = {}): Promise<{ inputs: Values; failures: string[] }> {
    const request = new proto.CheckRequest().setUrn(urnOf(type)).setOlds(structOf(olds)).setNews(structOf(news));
    const answer = await this.call<proto.CheckResponse>((done) => this.client.check(request, done));
    return checked(answer);
  }

  async diff(type: string, id: string, olds: Values, news: Values): Promise<proto.DiffResponse> {
    const request = new proto.DiffRequest()
      .setUrn(urnOf(type))
      .setId(id)
      .setOlds(structOf(olds))
      .setNews(structOf(news));
    return this.call((done) => this.client.diff(request, done));
  }

  async create(type: string, inputs: Values, { preview = false, timeout = 0 } = {}): Promise<Made> {
    const request = new proto.CreateRequest()
      .setUrn(urnOf(type))
      .setProperties(structOf(inputs))
      .setPreview(preview)
      .setTimeout(timeout);
    const answer = await this.call<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), properties: valuesOf(answer.getProperties()) };
  }

  async update(
    type: string,
    id: string,
    olds: Values,
    news: Values,
    { preview = false, timeout = 0 } = {},
  ): Promise<Values> {
    const request = new proto.UpdateRequest()
      .setTimeout(timeout)
      .setUrn(urnOf(type))
      .setId(id)
      .setOlds(structOf(olds))
      .setNews(structOf(news))
      .setPreview(preview);
    const answer = await this.call<proto.UpdateResponse>((done) => this.client.update(request, done));
    return valuesOf(answer.getProperties());
  }

  async read(type: string, id: string, stored: Values, inputs: Values = {}): Promise<Made & { inputs: Values }> {
    const request = new proto.ReadRequest()
      .setUrn(urnOf(type))
      .setId(id)
      .setProperties(structOf(stored))
      .setInputs(structOf(inputs));
    const answer = await this.call<proto.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: answer.getId(),
      properties: valuesOf(answer.getProperties()),
      inputs: valuesOf(answer.getInputs()),
    };
  }

  async delete(type: string, id: string, stored: Values, { timeout = 0 } = {}): Promise<void> {
    const request = new proto.DeleteRequest()
      .setUrn(urnOf(type))
      .setId(id)
      .setProperties(structOf(stored))
      .setTimeout(timeout);
    await this.call((done) => this.client.delete(request, done));
  }

  async invoke(name: string, args: Values = {}): Promise<Values> {
    const request = new proto.InvokeRequest().setTok(`kustomer-relay:index:${name}`).setArgs(structOf(args));
    const answer = await this.call<proto.InvokeResponse>((done) => this.client.invoke(request, done));
    return valuesOf(answer.getReturn());
  }

  async cancel(): Promise<void> {
    await this.call((done) => this.client.cancel(new Empty(), done));
  }

  call<Answer>(send: (done: (error: ServiceError | null, answer?: Answer) => void) => unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      send((error, answer) => {
        if (error === null) resolve(answer as Answer);
        else reject(error);
      });
    });
  }
}

export interface Made {
  readonly id: string;
  readonly properties: Values;
}

export function urnOf(type: string, name = "relay"): string {
  return `urn:pulumi:dev::shop::kustomer-relay:index:${type}::${name}`;
}

/** What a partial failure left for the state, out of the error's metadata. */
export function leftBy(error: unknown): { id: string; properties: Values; reasons: string[] } | undefined {
  const metadata = (error as Partial<ServiceError>).metadata;
  const [details] = metadata instanceof Metadata ? metadata.get("grpc-status-details-bin") : [];
  if (details === undefined) return undefined;
  const [any] = Status.deserializeBinary(new Uint8Array(Buffer.from(details as Buffer))).getDetailsList();
  const failed = proto.ErrorResourceInitFailed.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
  return { id: failed.getId(), properties: valuesOf(failed.getProperties()), reasons: failed.getReasonsList() };
}

function checked(answer: proto.CheckResponse): { inputs: Values; failures: string[] } {
  // The engine prints the value of a property that is named, and it may be a secret.
  for (const failure of answer.getFailuresList()) expect(failure.getProperty()).toBe("");
  const failures = answer.getFailuresList().map((failure) => failure.getReason());
  return { inputs: valuesOf(answer.getInputs()), failures };
}
