import { setTimeout as sleep } from "node:timers/promises";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { serviceError } from "./errors";

/** A method of the protocol: a request's message in, an answer's out. */
export type Method = (request: never) => unknown;

export interface Serving {
  readonly port: number;
  /** Resolves when every call that has begun is answered, or has had `longestMs` for it. */
  idle(longestMs: number): Promise<void>;
  close(): void;
}

/** States may be large: the protocol's own limit of 4 MiB does not hold among processes of one machine. */
const OPTIONS = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Answers the engine's calls on a port of the loopback interface; `before` is awaited before each answer leaves. */
export async function serve(methods: Readonly<Record<string, Method>>, before: () => Promise<void>): Promise<Serving> {
  const calls = new Set<Promise<void>>();
  const implementation = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      ({ request }: { request: never }, callback: (error: unknown, answer?: unknown) => void): void => {
        const call = new Promise((resolve) => {
          resolve(method(request));
        })
          .finally(before)
          .then(
            (answer) => {
              callback(null, answer);
            },
            (error: unknown) => {
              callback(serviceError(error));
            },
          )
          .finally(() => calls.delete(call));
        calls.add(call);
      },
    ]),
  );
  const server = new Server(OPTIONS);
  server.addService(ResourceProviderService, implementation as unknown as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    idle: async (longestMs) => {
      const over = new AbortController();
      const answered = async (): Promise<void> => {
        while (calls.size > 0) await Promise.all(calls);
      };
      const longest = sleep(longestMs, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([answered(), longest]);
      over.abort();
    },
    close: () => {
      server.forceShutdown();
    },
  };
}
