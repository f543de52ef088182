import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

interface Call<Request> {
  readonly request: Request;
}
type Done = (error: unknown, answer?: unknown) => void;

/** An engine's resource monitor, as far as a component asks it: every resource is made, and gives back what it was given. */
export async function startMonitor(): Promise<{
  readonly address: string;
  readonly registered: readonly proto.RegisterResourceRequest[];
  readonly logged: readonly LogRequest.AsObject[];
  close(): void;
}> {
  const registered: proto.RegisterResourceRequest[] = [];
  const logged: LogRequest.AsObject[] = [];
  const server = new Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: (_: unknown, done: Done) => {
      done(null, new proto.SupportsFeatureResponse().setHassupport(true));
    },
    registerResource: ({ request }: Call<proto.RegisterResourceRequest>, done: Done) => {
      registered.push(request);
      const urn = `urn:pulumi:dev::shop::${request.getType()}::${request.getName()}`;
      const answer = new proto.RegisterResourceResponse().setUrn(urn).setObject(request.getObject());
      done(null, request.getCustom() ? answer.setId(`id of ${request.getName()}`) : answer);
    },
    registerResourceOutputs: (_: unknown, done: Done) => {
      done(null, new Empty());
    },
  } as unknown as UntypedServiceImplementation);
  server.addService(EngineService, {
    log: ({ request }: Call<LogRequest>, done: Done) => {
      logged.push(request.toObject());
      done(null, new Empty());
    },
  } as unknown as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    registered,
    logged,
    close: () => {
      server.forceShutdown();
    },
  };
}
