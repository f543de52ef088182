import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { KustomerOutboundWebhook, RelayProvider } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { TestStack, failureOf, sandboxConfig } from "./support/test-stack";

describe("rotating webhooks", () => {
  let sandbox: Sandbox;
  let stack: TestStack;
  const program =
    (rotation: number, watchSeconds = 0) =>
    () => {
      for (const name of ["one", "two"])
        new KustomerOutboundWebhook(name, { url: `https://example.com/${name}`, watchSeconds, rotation });
      return Promise.resolve();
    };
  const fill = (places: number): void => {
    for (let place = 0; place < places; place += 1) sandbox.createWebhook({ name: `by hand ${place}` });
  };
  const written = (): string[] => sandbox.requests.filter(({ method }) => method !== "GET").map(({ path }) => path);

  beforeEach(async () => {
    sandbox = await startSandbox();
    stack = await TestStack.of(program(0), sandboxConfig(sandbox));
    await stack.up();
    sandbox.clearRequests();
  });
  afterEach(async () => {
    await sandbox.close();
    stack.remove();
  });

  test("where no place is free fails at preview and touches nothing; up without a preview is no different", async () => {
    fill(3);
    stack.program = program(1);
    for (const run of [() => stack.preview(), () => stack.up()]) {
      const message = await failureOf(run());
      expect(message).toContain("nothing was touched, because for a while its successor needs a place beside it");
      expect(message).toContain("no place is free");
      expect(message).toContain('"by hand 2"');
      expect(message).toContain("pulumi config set kustomer:webhookLimit <value>");
    }
    expect(written()).toEqual([]);
    expect((await stack.state()).filter(({ urn }) => urn.includes("OutboundWebhook"))).toHaveLength(2);
  });

  test("more of them than places are free fails at preview; with a place for each, or a higher limit said, they rotate", async () => {
    fill(2);
    stack.program = program(1);
    expect(await failureOf(stack.preview())).toContain(
      "2 webhooks of this organisation are to be rotated, but just 1 of 5 places is free",
    );
    expect(written()).toEqual([]);
    sandbox.removeWebhook(sandbox.webhooks().find(({ name }) => name === "by hand 1")?.id ?? "");
    // One that an app installed is listed like the others, and does not count for Kustomer.
    sandbox.createWebhook({ name: "of an app", createdByApp: true });
    expect(await failureOf(stack.preview())).toContain("just 1 of 5 places is free");
    await stack.configure({ ...sandboxConfig(sandbox), "kustomer:webhookLimit": { value: "6" } });
    await stack.up();
    expect(
      sandbox
        .webhooks()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["by hand 0", "of an app", "one", "two"]);
  });

  test("keeps the former one where Kustomer switches its successor off, and goes on once that is mended", async () => {
    stack.program = program(0, 1);
    await stack.up();
    const former = sandbox.webhooks().map(({ id }) => id);
    sandbox.fault({ on: { method: "POST", path: /outbound-webhooks$/ }, times: 2, kind: "switch-off" });
    sandbox.fault({ on: { method: "PATCH" }, times: 2, kind: "switch-off" });
    stack.program = program(1, 1);
    const message = await failureOf(stack.up());
    expect(message).toContain("was switched off again by Kustomer");
    expect(message).toContain("so the webhook that it replaces was kept");
    expect(sandbox.webhooks().map(({ id }) => id)).toEqual(expect.arrayContaining(former));

    await stack.up({ refresh: true });
    expect(sandbox.webhooks()).toMatchObject([{ enabled: true }, { enabled: true }]);
    for (const { id } of sandbox.webhooks()) expect(former).not.toContain(id);
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
  });

  test("says what the former one has still to deliver, which Kustomer would give up with it", async () => {
    const provider = () =>
      new RelayProvider("here", { kustomer: { baseUrl: sandbox.url, apiKey: sandbox.managementKey } });
    const single = (rotation: number) => () => {
      new KustomerOutboundWebhook(
        "down",
        { url: "http://127.0.0.1:9/nobody", watchSeconds: 0, rotation },
        { provider: provider() },
      );
      return Promise.resolve();
    };
    stack.program = single(0);
    await stack.up();
    await sandbox.send("kustomer.message.create");
    stack.program = single(1);
    expect((await stack.preview()).output).toMatch(
      /outbound webhook "down" \(\w+\) has 1 deliveries to make again, the last of them at 20\S+Z/,
    );
  });
});
