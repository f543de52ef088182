import type { AirkitKind, Sandbox } from "../../../sandbox";
import type { CommandLine } from "./command-line";

/** What a person finds in a form of Airkit's console under each label. */
const FIELDS: Readonly<Record<string, string>> = {
  "Account Name": "name",
  Integration: "integration",
  "API key": "apiKey",
  "Resource Name": "name",
  Capabilities: "capabilities",
  Datasource: "datasourceId",
  Name: "name",
  "Channel Resources": "channelResourceIds",
  "Agent Timeout": "agentTimeoutSeconds",
  "Max weight per agent": "maxWeightPerAgent",
  "Re-assign conversations when offline": "reassignWhenOffline",
  "Conversation Hub": "hubId",
  Type: "type",
  "Relay Settings > Relay Type": "relayType",
  "Webhook secret key": "webhookSecretKey",
  "Datasource id": "datasourceId",
};

const PAGES: [start: string, kind: AirkitKind][] = [
  ["Console > Integrations > Connected Accounts > ", "accounts"],
  ["Console > Resources > All Resources > ", "resources"],
  ["Console > Conversations > Hubs > ", "hubs"],
  ["Console > Conversations > Routing Flows > ", "routing-flows"],
];

/** Somebody who works in Airkit's console and does what was printed, and only that. */
export class Operator {
  constructor(
    private readonly sandbox: Sandbox,
    private readonly shell: CommandLine,
    /** The Web Chat on which conversations begin. */
    private readonly webChat: string,
  ) {}

  /** Opens the page that the instruction names, fills in what it lists, and saves; the UUID in the page's address. */
  async follow(instruction: string): Promise<string> {
    const [start, kind] = PAGES.find(([page]) => instruction.includes(page)) ?? [];
    if (start === undefined || kind === undefined) throw new Error(`which page is that?\n${instruction}`);
    const item = instruction.slice(instruction.indexOf(start) + start.length).split("\n")[0] ?? "";
    const form = await this.filled(instruction);
    const existing = this.sandbox.airkitObjects(kind).find(({ name }) => name === item);
    if (existing === undefined) return this.sandbox.createAirkitObject(kind, form).id;
    return this.sandbox.editAirkitObject(kind, existing.id, form).id;
  }

  private async filled(instruction: string): Promise<Record<string, unknown>> {
    const form: Record<string, unknown> = {};
    for (const line of instruction.split("\n")) {
      const [, label = "", words = ""] = /^\s+([^:]+): (.*)$/.exec(line) ?? [];
      const field = FIELDS[label];
      if (field !== undefined) form[field] = await this.entryOf(field, words);
    }
    return form;
  }

  private async entryOf(field: string, words: string): Promise<unknown> {
    const [, command] = /^\(secret\) shown by: (.*)$/.exec(words) ?? [];
    if (command !== undefined) return this.shown(command);
    if (words === "Send Text Message") return ["MESSAGING_SEND_TEXT"];
    if (words === "the connected account's") return this.sandbox.airkitObjects("accounts").at(-1)?.id;
    if (field === "channelResourceIds") return [this.webChat];
    if (/^\d+$/.test(words)) return Number(words);
    return words === "true" || words === "false" ? words === "true" : words;
  }

  /** A command prints the secret itself, or says after it which of the values it is. */
  private async shown(command: string): Promise<unknown> {
    const text = (await this.shell.type(command)).trim();
    const [, property] = /# its (\w+)$/.exec(command) ?? [];
    return property === undefined ? text : (JSON.parse(text) as Record<string, unknown>)[property];
  }
}
