import { account } from "../../providers/airkit/account";
import { conversationHub } from "../../providers/airkit/conversation-hub";
import { objectId } from "../../providers/airkit/object-id";
import { resource } from "../../providers/airkit/resource";
import { formValues } from "../../providers/airkit/driver";
import { formToFill, nameOf, named } from "../../providers/airkit/operator-words";
import type { OperatorStep } from "../../providers/airkit/operator-step";
import { KEYS_PAGE, howToMakeAKey } from "../../providers/kustomer/api-key/how-to-make-a-key";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { validate } from "../../providers/lifecycle/validate";
import type { Settings } from "../../providers/lifecycle/settings";
import type { AirkitHalf, KustomerRelayArgs } from "./arguments";
import { howToSet, setSecretCommand } from "./how-to-set";

/** Something that a person makes before the rest can be deployed, and how. */
export interface Missing {
  readonly what: "key" | "account" | "resource" | "hub";
  /** All of it in words. */
  readonly problem: string;
  /** `Make the connected account "support-account"` */
  readonly title: string;
  /** Where it is made: `Console > Integrations > Connected Accounts > Create new connected account` */
  readonly page: string;
  readonly fields: OperatorStep["fields"];
  /** Where the relay is told of it, below the relay: `airkit.account.accountId` */
  readonly path: string;
}

/** All of them, in the guide's order: the API key and, with an operator, Airkit's objects. */
export function missingThings(name: string, args: KustomerRelayArgs, settings: Settings): Missing[] {
  const key = missingKey(name, args, settings);
  return args.airkit === undefined ? key : [...key, ...missingObjects(name, args.airkit, args.configPath, settings)];
}

function missingKey(name: string, { kustomer, configPath }: KustomerRelayArgs, settings: Settings): Missing[] {
  const { token, roles, name: keyName } = kustomer?.apiKey ?? {};
  if (token !== undefined || settings.get("kustomer:issuerUrl") !== undefined) return [];
  const wanted = {
    name: typeof keyName === "string" ? keyName : `${name}-api-key`,
    roles: isList(roles) ? roles.map(String) : RELAY_ROLES,
  };
  const where =
    configPath === undefined
      ? "run `pulumi config set --secret kustomerToken`, which asks for it, and pass that secret as `kustomer.apiKey.token`"
      : `run \`${setSecretCommand(configPath, "kustomer.apiKey.token")}\`, which asks for it`;
  return [
    {
      what: "key",
      problem: howToMakeAKey(wanted, settings, where),
      title: `Make the API key "${wanted.name}"`,
      page: KEYS_PAGE,
      fields: [
        { label: "Name", value: wanted.name },
        { label: "Roles", value: wanted.roles.join(", ") },
        { label: "Expiration", value: "as long as your company allows; the doctor warns before it is over" },
      ],
      path: "kustomer.apiKey.token",
    },
  ];
}

function missingObjects(
  name: string,
  airkit: AirkitHalf,
  configPath: string | undefined,
  settings: Settings,
): Missing[] {
  // What a form asks for but is not known before it is filled in, in words.
  const accountId = accountIdIn(airkit) ?? "the connected account's";
  const secret = apiKeyBeforeUp(airkit, settings);
  const objects = [
    { what: "account", idField: "accountId", given: airkit.account, lifecycle: account, followed: {} },
    {
      what: "resource",
      idField: "resourceId",
      given: airkit.resource,
      lifecycle: resource,
      followed: { datasourceId: accountId },
    },
    {
      what: "hub",
      idField: "hubId",
      given: airkit.hub as Partial<typeof airkit.hub> | undefined,
      lifecycle: conversationHub,
      followed: { channelResourceIds: ["the Resources, Web Chat or SMS, on which conversations begin"] },
    },
  ] as const;
  return objects.flatMap(({ what, idField, given, lifecycle, followed }) => {
    if (given?.id !== undefined) return [];
    const child = `${name}-${what}`;
    const internals = { resourceName: child, driver: "operator", mark: "" };
    const { inputs } = validate(lifecycle, { name: child, ...internals, ...followed, ...given });
    // What the relay declares is managed. A hub of which nothing is said cannot be: its channel Resources are not known.
    const path = `airkit.${what}.${given === undefined && what === "hub" ? "id" : idField}`;
    const where = howToSet(configPath, path, "<UUID>");
    const problems = lifecycle.prerequisites(inputs, settings, false, { where, secret });
    const { kind } = lifecycle;
    const values = formValues(kind, new Map(Object.entries(inputs)));
    return problems.map((problem) => ({
      what,
      problem,
      title: `Make the ${kind.noun} ${named("", nameOf(values))}`,
      page: `${kind.page} > ${kind.button}`,
      fields: formToFill(kind, { values, secretCommand: "" }),
      path,
    }));
  });
}

/** Before the first `up` there is no output that a command could show, so words say where the key is to be had. */
function apiKeyBeforeUp({ account }: AirkitHalf, settings: Settings): string | undefined {
  if (settings.get("kustomer:issuerUrl") !== undefined)
    return (
      "is issued by `pulumi up`: give the relay a `destination` in place of `airkit` once, run `pulumi up`, " +
      "and read it out of the outputs with `pulumi stack output --show-secrets`"
    );
  return account !== undefined && "secretCommand" in account && account.secretCommand !== undefined
    ? undefined
    : "the token of the API key that Airkit is to use, shown once when it was made";
}

/** As far as it is written down: of an account that is left alone, or of one that is managed. */
function accountIdIn({ account }: AirkitHalf): string | undefined {
  const given = account?.id ?? (account !== undefined && "accountId" in account ? account.accountId : undefined);
  return typeof given === "string" ? objectId(given) : undefined;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
