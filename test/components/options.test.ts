import { beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay, RelayProvider, type RelayTransforms } from "../../index";
import { type Registered, nameIn, registered, valueOf } from "./support/declared";
import { byIds, managed } from "./support/relays";

const declare = (opts: pulumi.ComponentResourceOptions, args = managed): Promise<Registered[]> =>
  registered(() => {
    new KustomerRelay("support", args, opts);
  });
const childrenOf = (resources: Registered[]): Registered[] => resources.filter(({ parent }) => parent === "support");
const called = (resources: Registered[], name: string): Registered | undefined =>
  resources.find((resource) => resource.name === name);

beforeEach(() => {
  pulumi.runtime.setAllConfig({
    "kustomer:org": "acme",
    "kustomer:apiKey": "a-management-key",
    "airkit:driver": "console",
  });
});

describe("a relay's resource options", () => {
  test("protect holds for all children", async () => {
    const children = childrenOf(await declare({ protect: true }));
    expect(children).toHaveLength(6);
    for (const { request } of children) expect(request.protect).toBe(true);
  });

  test("a provider is inherited by the children, whichever way it is passed", async () => {
    const eu = (): RelayProvider => new RelayProvider("eu", { kustomer: { org: "acme-eu", apiKey: "a-key" } });
    for (const pass of [
      (provider: RelayProvider): pulumi.ComponentResourceOptions => ({ provider }),
      (provider: RelayProvider): pulumi.ComponentResourceOptions => ({ providers: [provider] }),
    ]) {
      const resources = await registered(() => {
        new KustomerRelay("support", managed, pass(eu()));
      });
      for (const { request } of childrenOf(resources)) expect(request.provider).toContain("::eu::");
    }
  });

  test("an explicit provider's relay does not ask for the stack's settings", async () => {
    pulumi.runtime.setAllConfig({});
    const resources = await registered(() => {
      const provider = new RelayProvider("eu", { kustomer: { org: "acme-eu", apiKey: "a-key" } });
      new KustomerRelay("support", byIds, { provider });
    });
    expect(childrenOf(resources)).toHaveLength(3);
  });

  test("transforms of the component see every child", async () => {
    const seen: string[] = [];
    await registered(() => {
      const transformations = [
        ({ name }: { name: string }): undefined => {
          seen.push(name);
          return undefined;
        },
      ];
      new KustomerRelay("support", byIds, { transformations });
    });
    expect(seen.sort()).toEqual(["support", "support-api-key", "support-routing-flow", "support-webhook"]);
  });
});

describe("a last word on a child", () => {
  const withTransform = (webhook: RelayTransforms["webhook"]): Promise<Registered[]> =>
    declare({}, { ...byIds, transform: { webhook } });

  test("may be an object, which is merged into the arguments", async () => {
    const webhook = called(
      await withTransform({ name: "Airkit (prod)", events: ["kustomer.message.create"] }),
      "support-webhook",
    );
    expect(webhook?.inputs).toMatchObject({ name: "Airkit (prod)", events: ["kustomer.message.create"] });
    expect(webhook?.dependencies).toEqual({});
  });

  test("may be a function, which changes arguments and options and hears the child's name", async () => {
    const names: string[] = [];
    const resources = await withTransform((args, opts, name) => {
      names.push(name);
      args.name = `${typeof args.name} of ${name}`;
      opts.protect = true;
    });
    expect(names).toEqual(["support-webhook"]);
    expect(called(resources, "support-webhook")?.inputs.name).toBe("undefined of support-webhook");
    expect(called(resources, "support-webhook")?.request.protect).toBe(true);
    expect(called(resources, "support-routing-flow")?.request.protect ?? false).toBe(false);
  });

  test("reaches each kind of child, and only that", async () => {
    const kinds = {
      apiKey: "api-key",
      account: "account",
      resource: "resource",
      webhook: "webhook",
      hub: "hub",
      routingFlow: "routing-flow",
    };
    for (const [kind, what] of Object.entries(kinds)) {
      const resources = await declare({}, { ...managed, transform: { [kind]: { name: "changed" } } });
      const changed = resources.filter(({ inputs }) => inputs.name === "changed").map(({ name }) => name);
      expect(changed).toEqual([`support-${what}`]);
    }
  });

  test("that switches the webhook off on purpose does not make the relay fail", async () => {
    const made: KustomerRelay[] = [];
    await registered(
      () => made.push(new KustomerRelay("support", { ...byIds, transform: { webhook: { enabled: false } } })),
      {
        "support-webhook": { enabled: false },
      },
    );
    expect(await Promise.all(made.map(({ status }) => valueOf(status)))).toEqual(["active"]);
  });
});

test("several relays live in one stack, each with children of its own", async () => {
  const resources = await registered(() => {
    for (const name of ["support", "sales"]) new KustomerRelay(name, byIds);
  });
  expect(resources.map(({ name }) => name).sort()).toEqual([
    ...["sales", "sales-api-key", "sales-routing-flow", "sales-webhook"],
    ...["support", "support-api-key", "support-routing-flow", "support-webhook"],
  ]);
  for (const { request, name } of resources.filter(({ parent }) => parent !== ""))
    expect(nameIn(request.parent)).toBe(name.startsWith("sales") ? "sales" : "support");
});
