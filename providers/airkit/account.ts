import * as z from "zod";
import type { FieldTable } from "../lifecycle/lifecycle";
import {
  type AirkitLifecycle,
  type AirkitObjectArgs,
  type AirkitObjectInputs,
  type AirkitObjectOutputs,
  airkitMethods,
  airkitObjectFields,
  airkitObjectInputs,
  airkitObjectOutputs,
  secretCommand,
  uuid,
} from "./object";

/** What a person declares of a connected account. */
export interface AccountArgs extends AirkitObjectArgs {
  /** Account Name (documented). Default: the resource's name. A change updates. */
  name?: string;
  /** Integration (documented); Kustomer is the one a Kustomer relay needs. A change replaces. */
  integration?: "Kustomer";
  /** Environment (documented), in organisations that have several, for example `DEV`, `STAGING` or `PROD`. A change updates. */
  environment?: string;
  /**
   * The Kustomer API key with which Airkit calls Kustomer. That the form asks for it is inferred; Airkit never shows it
   * again (documented), so what was last sent counts. Secret. A change updates.
   *
   * @example key.token // of a KustomerApiKey
   */
  apiKey: string;
  /**
   * The UUID of an existing account, from the address of its page. Operator driver: which account was made by hand, required.
   * Console driver: the account to take over. Naming another one replaces.
   */
  accountId?: string;
  /** The command that shows an operator the API key. Default: `pulumi stack output kustomerApiKey --show-secrets`. A change touches nothing. */
  secretCommand?: string;
}

interface Inputs extends AirkitObjectInputs {
  integration: "Kustomer";
  environment?: string | undefined;
  apiKey: string;
  accountId?: string | undefined;
  secretCommand: string;
}

/** What is known of a connected account. */
export interface AccountOutputs extends Inputs, AirkitObjectOutputs {
  /** The account's UUID: a Routing Flow's and a Resource's *Datasource id*. */
  accountId: string;
}

const inputs = z.object({
  ...airkitObjectInputs,
  integration: z.literal("Kustomer", { error: "must be Kustomer" }).default("Kustomer"),
  environment: z.string().trim().min(1, "must not be empty").optional(),
  apiKey: z.string({ error: "is required: the Kustomer API key" }).trim().min(1, "must not be empty"),
  accountId: uuid.optional(),
  secretCommand: secretCommand("pulumi stack output kustomerApiKey --show-secrets"),
});

const fields: FieldTable<Inputs> = {
  name: { change: "update", doc: "Account Name (documented)." },
  integration: { change: "replace", doc: "Integration (documented); Kustomer is the only value so far." },
  environment: { change: "update", doc: "Environment (documented), in organisations that have several." },
  apiKey: { change: "update", compare: "write-only", secret: true, doc: "The Kustomer API key (inferred)." },
  accountId: {
    change: "replace",
    compare: "identity",
    doc: "UUID of an existing account; required by the operator driver.",
    output: "The account's UUID, whoever made it: the Datasource id of a Resource and of a Routing Flow.",
  },
  secretCommand: { change: "update", compare: "ignored", doc: "Command that shows an operator the API key." },
  ...airkitObjectFields,
};

/** A connected account: how Airkit signs in to Kustomer. */
export const account: AirkitLifecycle<Inputs, AccountOutputs> = {
  name: "AirkitAccount",
  type: "airkit:Account",
  doc: "A connected account of Airkit: how it signs in to Kustomer.",
  inputs,
  fields,
  outputs: airkitObjectOutputs,
  ...airkitMethods<Inputs, AccountOutputs>({
    noun: "connected account",
    resource: "AirkitAccount",
    collection: "accounts",
    idField: "accountId",
    page: "Console > Integrations > Connected Accounts",
    button: "Create new connected account",
    madeFirst: true,
    fields,
    form: {
      name: { label: "Account Name" },
      integration: { label: "Integration" },
      environment: { label: "Environment" },
      apiKey: { label: "API key" },
    },
  }),
};
