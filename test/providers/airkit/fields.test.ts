import { expect, test } from "@jest/globals";
import { account } from "../../../providers/airkit/account";
import { conversationHub } from "../../../providers/airkit/conversation-hub";
import { resource } from "../../../providers/airkit/resource";
import { routingFlow } from "../../../providers/airkit/routing-flow";
import type { Declaration } from "../../../providers/lifecycle/lifecycle";
import { validate } from "../../../providers/lifecycle/validate";

const uuid = "9a1c5f52-7d1e-4b0e-9c55-0d6a4f6f2b11";
const hidden = { name: "support", resourceName: "support", driver: "operator", mark: "mark" };

test.each<[string, Declaration, Record<string, unknown>, Record<string, unknown>]>([
  ["an account", account, { apiKey: "k" }, { integration: "Kustomer", secretCommand: expect.any(String) }],
  [
    "a Resource",
    resource,
    { datasourceId: uuid.toUpperCase() },
    { datasourceId: uuid, capabilities: ["MESSAGING_SEND_TEXT"] },
  ],
  [
    "a hub",
    conversationHub,
    { channelResourceIds: [uuid, uuid] },
    { channelResourceIds: [uuid], agentTimeoutSeconds: 900, maxWeightPerAgent: 5, reassignWhenOffline: true },
  ],
  [
    "a routing flow",
    routingFlow,
    { hubId: uuid, datasourceId: uuid, webhookSecretKey: "s" },
    { type: "Relay", relayType: "Kustomer", secretCommand: expect.any(String) },
  ],
])("%s has the console's defaults", (_, lifecycle, given, defaults) => {
  const { inputs, problems } = validate(lifecycle, { ...hidden, ...given });
  expect(problems).toEqual([]);
  expect(inputs).toEqual({ ...hidden, ...given, ...defaults });
});

test.each<[string, Declaration, Record<string, unknown>, string[]]>([
  [
    "an account",
    account,
    { name: "", integration: "Zendesk", environment: "", apiKey: "", accountId: "x" },
    ["name", "integration", "environment", "apiKey", "accountId"],
  ],
  [
    "a Resource",
    resource,
    { capabilities: [], datasourceId: "x", remoteId: "" },
    ["capabilities", "datasourceId", "remoteId"],
  ],
  [
    "a hub",
    conversationHub,
    { channelResourceIds: ["x"], agentTimeoutSeconds: 0, maxWeightPerAgent: 1.5, reassignWhenOffline: "yes" },
    ["channelResourceIds[0]", "agentTimeoutSeconds", "maxWeightPerAgent", "reassignWhenOffline"],
  ],
  [
    "a routing flow",
    routingFlow,
    { type: "Bot", relayType: "Amelia" },
    ["hubId", "type", "relayType", "webhookSecretKey", "datasourceId"],
  ],
])("all mistakes of %s are told at once, each with its field", (_, lifecycle, given, names) => {
  const { problems } = validate(lifecycle, { ...hidden, ...given });
  expect(problems.map(({ property }) => property)).toEqual(names);
});
