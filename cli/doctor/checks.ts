import type { Check } from "./check";
import { airkitChecks } from "./kinds/airkit-object";
import { apiKeyChecks } from "./kinds/api-key";
import { endpointChecks } from "./kinds/endpoint";
import { hostedReceiverChecks } from "./kinds/hosted-receiver";
import { organisationChecks } from "./kinds/organisation";
import { receiverChecks } from "./kinds/receiver";
import { secretFileChecks } from "./kinds/secret-file";
import { stackChecks } from "./kinds/stack";
import { webhookChecks } from "./kinds/outbound-webhook";

/** Every check, in the order in which they are reported and documented. */
export const CHECKS: readonly Check[] = [
  ...stackChecks,
  ...organisationChecks,
  ...apiKeyChecks,
  ...webhookChecks,
  ...endpointChecks,
  ...receiverChecks,
  ...hostedReceiverChecks,
  ...secretFileChecks,
  ...airkitChecks,
];
