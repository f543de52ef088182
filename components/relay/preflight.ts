import * as pulumi from "@pulumi/pulumi";
import { account } from "../../providers/airkit/account";
import { conversationHub } from "../../providers/airkit/conversation-hub";
import { resource } from "../../providers/airkit/resource";
import { driverProblems } from "../../providers/airkit/connection";
import { howToMakeAKey } from "../../providers/kustomer/how-to-make-a-key";
import { kustomerSettingsProblems } from "../../providers/kustomer/connection";
import { RELAY_ROLES } from "../../providers/kustomer/roles";
import { check } from "../../providers/lifecycle/check";
import type { Settings } from "../../providers/lifecycle/settings";
import { stackSettings } from "../../providers/stack-settings";
import type { KustomerRelayArgs } from "../kustomer-relay";

/**
 * What a person has to see to before anything can be made, all of it at once and in the guide's order: the engine itself
 * stops at the first resource that has a mistake. An explicit provider's settings are not known here; its resources report
 * on their own.
 */
export function preflight(
  name: string,
  args: KustomerRelayArgs,
  opts: pulumi.ComponentResourceOptions | undefined,
): void {
  const explicit = opts?.provider !== undefined || opts?.providers !== undefined || opts?.parent !== undefined;
  const problems = [...shapeProblems(args), ...(explicit ? [] : settingsProblems(name, args, stackSettings()))];
  if (problems.length === 0) return;
  throw new pulumi.RunError(
    `relay "${name}": ${problems.length === 1 ? "one thing has" : `${problems.length} things have`} to be seen to first; nothing was touched.\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
  );
}

function shapeProblems({ airkit, destination, receiver }: KustomerRelayArgs): string[] {
  const problems: string[] = [];
  if (airkit === undefined && destination === undefined)
    problems.push("destination: where do events go? Declare `airkit`, or give an https URL as `destination`");
  if (airkit !== undefined && airkit.hub === undefined)
    problems.push("airkit.hub: which Conversation Hub? Give its `id`, or declare one by its `channelResourceIds`");
  if (receiver !== undefined && !["url", "local"].includes(receiver.kind))
    problems.push(`receiver.kind: must be "url" or "local"`);
  return problems;
}

function settingsProblems(
  name: string,
  { kustomer, airkit, configPath }: KustomerRelayArgs,
  settings: Settings,
): string[] {
  const problems = [...kustomerSettingsProblems(settings), ...driverProblems(settings)];
  const { token, roles } = kustomer?.apiKey ?? {};
  if (token === undefined && settings.get("kustomer:issuerUrl") === undefined) {
    const wanted = { name: `${name}-api-key`, roles: isList(roles) ? roles.map(String) : RELAY_ROLES };
    problems.push(
      howToMakeAKey(wanted, settings, howToSet(configPath, "kustomer.apiKey.token", "<token>", "--secret ")),
    );
  }
  if (airkit !== undefined) problems.push(...missingObjects(name, airkit, configPath, settings));
  return problems;
}

/** With an operator, a person makes these before the rest can be deployed: their ids are needed. */
function missingObjects(
  name: string,
  airkit: NonNullable<KustomerRelayArgs["airkit"]>,
  configPath: string | undefined,
  settings: Settings,
): string[] {
  const objects = [
    { what: "account", given: airkit.account, lifecycle: account },
    { what: "resource", given: airkit.resource, lifecycle: resource },
    { what: "hub", given: airkit.hub, lifecycle: conversationHub },
  ];
  return objects.flatMap(({ what, given, lifecycle }) => {
    if (given !== undefined && "id" in given) return [];
    const { inputs } = check(lifecycle, {
      name: `${name}-${what}`,
      resourceName: `${name}-${what}`,
      driver: "operator",
      mark: "",
      ...given,
    });
    return (
      lifecycle.prerequisites?.(inputs, settings, false, howToSet(configPath, `airkit.${what}.id`, "<UUID>")) ?? []
    );
  });
}

function howToSet(configPath: string | undefined, path: string, value: string, flag = ""): string {
  return configPath === undefined
    ? `set \`${path}\` of the relay to it, and run it again`
    : `run \`pulumi config set --path ${flag}'${configPath}.${path}' ${value}\``;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
