import { KUSTOMER_EVENTS, RELAY_EVENTS } from "../../providers/kustomer/outbound-webhook/events";
import { PublicApi } from "./public-api";
import { table } from "./table";

/** docs/components.md: what components, provider and lookups take and give, out of their types and the sentences beside them. */
export function componentsPage(): string {
  const api = new PublicApi();
  const section = (title: string, ...parts: string[]): string => [`## ${title}`, ...parts].join("\n\n");
  const component = (name: string, args: string, isElsewhere?: (path: string) => boolean): string =>
    section(name, api.sentenceOf(name), api.argumentsTable(args, isElsewhere), api.outputsTable(name));
  // A relay's own receiver takes them, too; they are told once.
  const ofReceiver = api.namesOf("RelayReceiverArgs");
  return `${[
    "# Components, provider and lookups",
    "<!-- Written by `npm run docs` from the types in components/ and providers/: change it there. -->",
    "Every value may be the output of another resource, unless it says otherwise. What a resource takes and what a change of it does is in [resources.md](resources.md).",
    component(
      "KustomerRelay",
      "KustomerRelayArgs",
      (at) => /^receiver\.\w+/.test(at) && ofReceiver.includes(at.split(".")[1] ?? ""),
    ),
    component("RelayReceiver", "RelayReceiverArgs"),
    section("RelayProvider", api.sentenceOf("RelayProvider"), api.argumentsTable("RelayProviderArgs")),
    section(
      "Lookups",
      "They ask while the program runs, with the default provider's settings or those of `{ provider }`.",
      ...["getKustomerOutboundWebhook", "getKustomerOutboundWebhooks", "getKustomerApiKeys"].map(
        (name) => `### ${name}\n\n${api.sentenceOf(name)}`,
      ),
      `### OutboundWebhookInfo\n\n${api.fieldsTable("OutboundWebhookInfo")}`,
      `### ApiKeyInfo\n\n${api.fieldsTable("ApiKeyInfo")}`,
    ),
    section(
      "The twelve events",
      "What an outbound webhook can send (`KUSTOMER_EVENTS`), in Kustomer's words. A relay is sent the two that are marked, unless `events` says otherwise.",
      table(
        ["Event", "A relay's default"],
        KUSTOMER_EVENTS.map((event) => [`\`${event}\``, RELAY_EVENTS.includes(event) ? "yes" : ""]),
      ),
    ),
  ].join("\n\n")}\n`;
}
