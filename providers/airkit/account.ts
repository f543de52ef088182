import * as z from "zod";
import { type ArgsOf, type InputsOf, type OutputsOf, input, output } from "../lifecycle/fields";
import { type AirkitLifecycle, airkitMethods } from "./object";
import { airkitInputs, airkitOutputs, objectIdInput, objectName, secretCommand } from "./object-fields";

export const accountFields = {
  inputs: {
    /** Account Name (documented). Default: the resource's name. */
    name: objectName,
    /** Integration (documented); Kustomer is the one a Kustomer relay needs, and the only value so far. */
    integration: input(z.literal("Kustomer", { error: "must be Kustomer" }).default("Kustomer"), { change: "replace" }),
    /** Environment (documented), in organisations that have several, for example `DEV`, `STAGING` or `PROD`. */
    environment: input(z.string("must be text").trim().min(1, "must not be empty").optional()),
    /**
     * The Kustomer API key with which Airkit calls Kustomer. That the form asks for it is inferred; Airkit never shows it
     * again (documented), so what was last sent counts. Secret.
     *
     * @example key.token // of a KustomerApiKey
     */
    apiKey: input(z.string({ error: "is required: the Kustomer API key" }).trim().min(1, "must not be empty"), {
      compare: "write-only",
      secret: true,
    }),
    /**
     * The UUID of an existing account, or the address of its page. Operator driver: which account was made by hand, required.
     * Console driver: the account to take over. Naming another one replaces.
     */
    accountId: objectIdInput({ change: "replace" }),
    /** The command that shows an operator the API key. A change touches nothing. */
    secretCommand: secretCommand("pulumi stack output kustomerApiKey --show-secrets"),
    ...airkitInputs,
  },
  outputs: {
    /** The account's UUID, whoever made it: the Datasource id of a Resource and of a Routing Flow. */
    accountId: output(z.string()),
    ...airkitOutputs,
  },
};

/** What a person declares of a connected account. */
export type AccountArgs = ArgsOf<typeof accountFields.inputs>;
type Inputs = InputsOf<typeof accountFields.inputs>;
/** What is known of a connected account. */
export type AccountOutputs = OutputsOf<typeof accountFields.inputs, typeof accountFields.outputs>;

/** A connected account: how Airkit signs in to Kustomer. */
export const account: AirkitLifecycle<Inputs, AccountOutputs> = {
  name: "AirkitAccount",
  type: "airkit:Account",
  ...accountFields,
  ...airkitMethods<Inputs, AccountOutputs>({
    noun: "connected account",
    resource: "AirkitAccount",
    collection: "accounts",
    idField: "accountId",
    page: "Console > Integrations > Connected Accounts",
    button: "Create new connected account",
    madeFirst: true,
    inputs: accountFields.inputs,
    form: {
      name: { label: "Account Name" },
      integration: { label: "Integration" },
      environment: { label: "Environment" },
      apiKey: { label: "API key" },
    },
  }),
};
