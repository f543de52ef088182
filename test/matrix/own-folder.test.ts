import { test } from "@jest/globals";
import { startSandbox } from "../../sandbox";
import { livesItsLife } from "../package/support/life";
import { Project } from "../package/support/project";

test("in a folder of this repository a relay is created, stays as it is, and is destroyed", async () => {
  const sandbox = await startSandbox();
  const project = Project.inside();
  try {
    await livesItsLife(project, sandbox);
  } finally {
    await sandbox.close();
    project.remove();
  }
});
