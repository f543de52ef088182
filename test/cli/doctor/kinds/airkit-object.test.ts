import { describe, expect, test } from "@jest/globals";
import { testFaults } from "../support/faults";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();

testFaults(inOrder, "Airkit object", [
  {
    check: "airkit-steps",
    when: "a person has something left to do",
    breaks: (world) => {
      const done = "pulumi config set --path 'airkit:applied.relay' r1";
      world.edit("relay-routing-flow", {
        status: "pending",
        steps: [{ title: "Create the Routing Flow", consolePath: "Console > Routing Flows", fields: [], done }],
      });
    },
    level: "warn",
    says: /left to a person: Create the Routing Flow.*pulumi config set/,
  },
  {
    check: "airkit-object",
    when: "somebody deleted it",
    breaks: ({ sandbox }) => {
      for (const { id } of sandbox.airkitObjects("routing-flows")) sandbox.removeAirkitObject("routing-flows", id);
    },
    level: "fail",
    says: /no longer exists in Airkit/,
  },
  {
    check: "airkit-object",
    when: "somebody changed it",
    breaks: ({ sandbox }) => {
      for (const { id } of sandbox.airkitObjects("routing-flows"))
        sandbox.editAirkitObject("routing-flows", id, { name: "renamed" });
    },
    level: "fail",
    says: /differs in name/,
  },
  {
    check: "routing-flow-secret",
    when: "no webhook has its secret any more",
    breaks: (world) => {
      world.edit("relay-routing-flow", { webhookSecretKey: "the-secret-before" });
    },
    level: "fail",
    says: /with which no webhook of this stack signs.*pulumi up/,
  },
]);

describe("what a doctor must not say", () => {
  test("that a secret is right which it cannot see: of Airkit's it says so, and how to enter it again", async () => {
    const world = await inOrder();
    expect(await world.result("routing-flow-secret")).toMatchObject({
      level: "skip",
      message: expect.stringMatching(/^not seen/),
      next: expect.stringMatching(/401.*pulumi up --replace 'urn:pulumi:.*relay-routing-flow'/),
    });
  });
});
