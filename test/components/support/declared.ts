import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { getMonitor, setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { sealRoute } from "../../../receiver/route-seal";
import { stateOnAws } from "./on-aws";

export const KEY_ID = "8a0000000000000000000001";
const IDS: Readonly<Record<string, Record<string, string>>> = {
  "kustomer:ApiKey": { keyId: KEY_ID },
  "airkit:Account": { accountId: "0b0e0000-0000-4000-8000-000000000001", status: "applied" },
  "airkit:Resource": { resourceId: "5f2c0000-0000-4000-8000-000000000002", status: "applied" },
  "kustomer:OutboundWebhook": { webhookId: "5c0000000000000000000003", signingSecret: "a-signing-secret" },
  "airkit:ConversationHub": { hubId: "c1d90000-0000-4000-8000-000000000004", status: "applied" },
  "airkit:RoutingFlow": { routingFlowId: "d2ea0000-0000-4000-8000-000000000005", status: "applied" },
};

export const RANDOM = "0123456789abcdef0123456789abcdef";
const pathOf = ({ sealKey }: { sealKey?: string }): string =>
  sealKey === undefined ? RANDOM : sealRoute(RANDOM, sealKey);

/** What the program asked the engine to register. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: Record<string, unknown>;
  /** The resources that an input stems from, by input. */
  readonly dependencies: Record<string, string[]>;
  readonly request: RegisterResourceRequest.AsObject;
}

/** Runs a program against Pulumi's mocks, the remote systems answering `answers` by resource name; what it registered. */
export async function registered(
  program: () => unknown,
  answers: Readonly<Record<string, Record<string, unknown>>> = {},
): Promise<Registered[]> {
  const found: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, type, inputs }) => {
        const kind = type.replace("pulumi-nodejs:", "");
        const blank = { enabled: true, isError: false, steps: [] };
        return {
          id: `id of ${name}`,
          state: {
            ...(type.startsWith("aws:") ? stateOnAws(type, name) : { ...blank, token: "a-key" }),
            ...(inputs as object),
            ...IDS[kind],
            ...(/^receiver:Route$|:ReceiverRoute$/.test(kind) && { path: pathOf(inputs as { sealKey?: string }) }),
            ...answers[name],
          },
        };
      },
      call: () => ({}),
    },
    "shop",
    "prod",
    false,
    "acme",
  );
  const monitor = getMonitor() as unknown as {
    registerResource: (request: RegisterResourceRequest, done: unknown) => Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    found.push(seen(request));
    return register(request, done);
  };
  await program();
  await pulumi.runtime.disconnect();
  return found;
}

/** Mocks that are not seen to be mocks: what a program is told that runs on an engine. */
export async function onRealSettings(): Promise<void> {
  await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
  setMockOptions(new Proxy(getMonitor() as object, { getPrototypeOf: () => Object.prototype }), "shop", "prod");
}

/** `urn:…::support-hub` is `support-hub`. */
export function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The value of an output; mocks know all values. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

function seen(request: RegisterResourceRequest): Registered {
  const dependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, property) => {
    if (urns.getUrnsList().length > 0) dependencies[property] = urns.getUrnsList().map(nameIn).sort();
  });
  return {
    type: request.getType(),
    name: request.getName(),
    parent: nameIn(request.getParent()),
    inputs: request.getObject()?.toJavaScript() ?? {},
    dependencies,
    request: request.toObject(),
  };
}
