import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { StackSubject } from "../../../../cli/doctor/kinds/stack";
import { temporaryFolder } from "../../../receiver/support/temporary-folder";
import { testFaults } from "../support/faults";
import type { World } from "../support/world";
import { useWorlds } from "../support/worlds";

const addResource = (more: object) => (world: World) => {
  world.add("pulumi-nodejs:kustomer:OutboundWebhook", "other", { ...world.resources[2]?.outputs, mark: "m" }, more);
};
const inOrder = useWorlds();

testFaults(inOrder, "stack", [
  {
    check: "pulumi-version",
    when: "the CLI is too old",
    breaks: (world) => (world.versions = { pulumi: "3.249.9" }),
    level: "warn",
    says: /3\.249\.9 is older.*install 3\.250\.0/,
  },
  {
    check: "node-version",
    when: "the node on the PATH is too old",
    breaks: (world) => (world.versions = { node: "22.18.0" }),
    level: "fail",
    says: /is 22\.18\.0.*first on the PATH/,
  },
  {
    check: "package-versions",
    when: "the program's folder has no packages",
    breaks: (world) => (world.versions = { cwd: "/" }),
    level: "fail",
    says: /not installed in \/.*npm install/,
  },
  {
    check: "stack-readable",
    when: "the stack has no relay",
    breaks: (world) => world.resources.splice(0),
    level: "warn",
    says: /no resource of this package.*pulumi up/,
  },
  {
    check: "stack-finished",
    when: "a run was killed",
    breaks: (world) => (world.pendingOperations = ["creating relay-webhook"]),
    level: "warn",
    says: /killed in the middle of creating relay-webhook.*--clear-pending-creates/,
  },
  {
    check: "stack-finished",
    when: "a resource was left half made",
    breaks: addResource({ initErrors: ["created but failing"] }),
    level: "fail",
    says: /other is not as declared: created but failing.*pulumi up/,
  },
  {
    check: "stack-finished",
    when: "a replaced one is still to be deleted",
    breaks: addResource({ pendingDelete: true }),
    level: "warn",
    says: /still to be deleted after a replacement: other/,
  },
  {
    check: "settings-current",
    when: "the management key was changed after the last up",
    breaks: (world) => {
      const [provider] = world.resources;
      if (provider)
        world.resources[0] = { ...provider, inputs: { ...provider.inputs, "kustomer:apiKey": "former-key" } };
    },
    level: "warn",
    says: /^kustomer:apiKey changed.*pulumi up/,
  },
]);

const folder = temporaryFolder();

test.each([
  ["python", true],
  ["yaml", true],
  ["nodejs", false],
])(
  "a %s project that has deployed nothing yet is known by its project file: it stands on the plugin alone, %s",
  async (runtime, alone) => {
    writeFileSync(path.join(folder, "Pulumi.yaml"), `name: relays\nruntime: ${runtime}\n`);
    const stack = new StackSubject({ cwd: folder, stack: "dev", timeoutMs: 1000 });
    const empty = Object.assign(stack, { state: () => Promise.resolve({ resources: [], pendingOperations: [] }) });
    expect(await empty.usesPluginAlone()).toBe(alone);
  },
);
