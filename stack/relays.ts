import * as z from "zod";
import { problemsIn } from "../components/relay/issues";
import { RELAY_SHAPE } from "../components/relay/shape";
import { RelayError } from "../providers/lifecycle/errors";

const relay = z.strictObject({
  name: z
    .string({
      error: ({ input }) => `${input === undefined ? "is required" : "must be text"}: it names the relay's resources`,
    })
    .regex(/^[a-z][a-z0-9-]{0,39}$/i, "must be letters, digits and dashes, at most 40, beginning with a letter"),
  ...RELAY_SHAPE,
});

const relays = z.array(relay, { error: "must be a list of relays, each with a name" });

/** A relay as `kustomer-relay:relays` declares it. */
export type RelayDeclaration = z.infer<typeof relay>;

/** Where stack config has the relays. */
export const KEY = "kustomer-relay:relays";

const HOW_TO_BEGIN = `no relays are declared yet. Begin with two commands (api.airkit.com is the host in Airkit's guide; yours may be another):
  pulumi config set --path '${KEY}[0].name' support
  pulumi config set --path '${KEY}[0].airkit.apiHostname' api.airkit.com
which write this into Pulumi.<stack>.yaml:
  config:
    ${KEY}:
      - name: support
        airkit:
          apiHostname: api.airkit.com
and run it again: it then says what is still missing`;

/** The relays that stack config declares; all mistakes at once, each with its path in the file and what it may be. */
export function relaysOf(value: unknown): RelayDeclaration[] {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
    throw new RelayError(HOW_TO_BEGIN);
  const problems = [...problemsIn(relays, value, [KEY]), ...sameNames(value)];
  // As it was written: what was left out is for the resources to fill in, who know more than the file.
  if (problems.length === 0) return value as RelayDeclaration[];
  throw new RelayError(
    `${problems.length === 1 ? "1 problem" : `${problems.length} problems`} in Pulumi.<stack>.yaml must be fixed first; nothing was changed:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
  );
}

/** Asked beside the schema, which compares no entries as long as one of them has a mistake. */
function sameNames(value: unknown): string[] {
  const names = z.array(z.object({ name: z.string() }).catch({ name: "" })).safeParse(value);
  return (names.data ?? []).flatMap(({ name }, index, all) => {
    const first = all.findIndex((other) => other.name === name);
    return name === "" || first === index
      ? []
      : [`${KEY}[${index}].name: the relay ${KEY}[${first}] is called "${name}" too`];
  });
}
