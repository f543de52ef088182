import { AIRKIT_REALMS, receiveMessageUrl } from "../../providers/airkit/destination-url";
import { uuid } from "../../providers/airkit/object";
import { RelayError } from "../../providers/lifecycle/errors";
import type { KustomerRelayArgs } from "../kustomer-relay";
import { setCommand } from "./how-to-set";
import { awsReceiverProblems } from "./receiver";

/** What types cannot tell, or were not asked: stack config and JavaScript come here too. */
export function shapeProblems(
  { airkit, destination, receiver, configPath }: KustomerRelayArgs,
  asksForHub: boolean,
): string[] {
  const problems: string[] = [];
  const command = (path: string, value: string): string =>
    configPath === undefined ? "" : `: \`${setCommand(configPath, path, value)}\``;
  if (airkit === undefined && destination === undefined)
    problems.push(
      `destination: where do events go? Declare \`airkit\`${command("airkit.apiHostname", "api.airkit.com")}, or give an https URL as \`destination\`${command("destination", "<URL>")}`,
    );
  if (receiver !== undefined && !["url", "self-hosted", "aws"].includes(receiver.kind))
    problems.push(`receiver.kind: must be "url", "self-hosted" or "aws"`);
  if (receiver?.kind === "aws") problems.push(...awsReceiverProblems(receiver).map((problem) => `receiver.${problem}`));
  return airkit === undefined ? problems : [...problems, ...airkitProblems(airkit, asksForHub, command)];
}

type Command = (path: string, value: string) => string;

function airkitProblems(
  airkit: NonNullable<KustomerRelayArgs["airkit"]>,
  asksForHub: boolean,
  command: Command,
): string[] {
  const { account, resource, realm, apiHostname } = airkit;
  const hub = airkit.hub as Partial<typeof airkit.hub> | undefined;
  const problems = [...idProblems("account", account), ...idProblems("resource", resource), ...idProblems("hub", hub)];
  if (hub === undefined && asksForHub)
    problems.push(
      `airkit.hub: which Conversation Hub? Give its \`id\`${command("airkit.hub.id", "<UUID>")}, or declare one by the Resources on which conversations begin${command("airkit.hub.channelResourceIds[0]", "<UUID>")}`,
    );
  if (realm !== undefined && !Object.hasOwn(AIRKIT_REALMS, realm))
    problems.push(`airkit.realm: must be ${Object.keys(AIRKIT_REALMS).join(", ")}`);
  if (typeof apiHostname === "string") problems.push(...hostnameProblems(apiHostname));
  return problems;
}

function idProblems(what: string, given: { id?: unknown } = {}): string[] {
  const { id, ...others } = given;
  if (id === undefined) return [];
  const settings = Object.keys(others);
  if (settings.length > 0)
    return [
      `airkit.${what}: with \`id\` the object is left alone, so ${settings.map((name) => `\`${name}\``).join(", ")} would do nothing; to manage it, give \`${what}Id\` in place of \`id\``,
    ];
  const parsed = typeof id === "string" ? uuid.safeParse(id) : undefined;
  return parsed?.success === false ? [`airkit.${what}.id: ${parsed.error.issues[0]?.message ?? ""}`] : [];
}

function hostnameProblems(apiHostname: string): string[] {
  try {
    receiveMessageUrl({ apiHostname, resourceId: "00000000-0000-0000-0000-000000000000" });
    return [];
  } catch (error) {
    if (error instanceof RelayError) return [`airkit.apiHostname: ${error.message}`];
    throw error;
  }
}
