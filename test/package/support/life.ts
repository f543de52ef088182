import { expect } from "@jest/globals";
import type { Sandbox } from "../../../sandbox";
import type { Project } from "./project";

/** Made, as it was to be, found unchanged, and taken down again. */
export async function livesItsLife(project: Project, sandbox: Sandbox): Promise<void> {
  const keysBefore = sandbox.keys().length;
  project.writeProgram("relay.ts");
  await project.initialize(sandbox);

  await project.pulumi("up", "--yes", "--skip-preview");
  expect(sandbox.webhooks()).toEqual([expect.objectContaining({ name: "relay", enabled: true })]);
  expect(sandbox.keys()).toHaveLength(keysBefore + 1);
  expect(JSON.parse(await project.pulumi("stack", "output", "--json", "--show-secrets"))).toEqual({
    webhookId: sandbox.webhooks()[0]?.id,
    signingSecret: sandbox.webhooks()[0]?.token,
  });

  await project.pulumi("preview", "--expect-no-changes");
  expect(await project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")).toContain("unchanged");

  await project.pulumi("destroy", "--yes", "--skip-preview");
  expect(sandbox.webhooks()).toEqual([]);
  expect(sandbox.keys()).toHaveLength(keysBefore);
}
