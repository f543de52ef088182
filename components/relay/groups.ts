import type { KustomerRelayArgs } from "./arguments";

type Group = Readonly<Record<string, unknown>>;

/**
 * The arguments as far as they have the form that types ask for. JavaScript comes without types: where no group of settings
 * stands in the place of one, a rule says so, and what looks further finds nothing there.
 */
export function groupsIn(given: unknown): KustomerRelayArgs {
  const { kustomer, airkit, receiver, ...others } = isGroup(given) ? given : {};
  return {
    ...others,
    kustomer: isGroup(kustomer) ? groupsOnly(kustomer) : undefined,
    airkit: isGroup(airkit) ? groupsOnly(airkit, ["realm", "apiHostname"]) : undefined,
    receiver: isGroup(receiver) ? receiver : undefined,
  } as unknown as KustomerRelayArgs;
}

export function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function groupsOnly(group: Group, except: readonly string[] = []): Group {
  return Object.fromEntries(Object.entries(group).filter(([name, value]) => isGroup(value) || except.includes(name)));
}
