import * as pulumi from "@pulumi/pulumi";
import { RelayReceiver } from "../../aws";
import type { DeclaredResource } from "./aws-cost";

/** The resources of a receiver with nothing but defaults and one relay, declared against Pulumi's mocks. */
export async function plainReceiver(): Promise<DeclaredResource[]> {
  const declared: DeclaredResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        declared.push({ type, name, inputs: given });
        const made = {
          name,
          arn: `arn:aws:service:us-east-1:123456789012:${name}`,
          url: `https://${name}.example.com/`,
          functionUrl: `https://${name}.example.com/`,
        };
        return { id: name, state: { ...made, path: "0".repeat(32), ...given } };
      },
      call: () => ({}),
    },
    "docs",
    "docs",
  );
  new RelayReceiver("receiver")
    .addRelay("support")
    .connect({ signingSecret: "secret", destination: { url: "https://bots.example.com/in" } });
  await pulumi.runtime.disconnect();
  return declared;
}
