import { expect, test } from "@jest/globals";
import { remarksOn } from "../../../cli/import/advice";
import type { Found, Survey } from "../../../cli/import/survey";
import { settingsFrom } from "../../../providers/lifecycle/settings";

const about = (kind: Found["kind"]): Found =>
  ({ kind, id: `${kind}-1`, name: "support", managed: false, usual: kind !== "api-key", properties: {} }) as Found;
const [webhook, key] = [about("webhook"), about("api-key")];

function remarks(chosen: readonly Found[]): string {
  const settings = settingsFrom(() => undefined, {});
  return remarksOn({ found: [webhook, key] } as unknown as Survey, chosen, settings, [], false).join("\n");
}

test("how a key gets its token is said where keys are listed or chosen, not where only a webhook is", () => {
  expect(remarks([])).toContain("An API key cannot be read back");
  expect(remarks([webhook, key])).toContain("An API key cannot be read back");
  expect(remarks([webhook])).not.toContain("An API key cannot be read back");
});
