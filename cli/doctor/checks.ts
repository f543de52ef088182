import type { Check } from "./check";
import { airkitChecks } from "./checks/airkit-object";
import { apiKeyChecks } from "./checks/api-key";
import { deliveryChecks } from "./checks/deliveries";
import { endpointChecks } from "./checks/endpoint";
import { hostedReceiverChecks } from "./checks/hosted-receiver";
import { organisationChecks } from "./checks/organisation";
import { receiverChecks } from "./checks/receiver";
import { secretFileChecks } from "./checks/secret-file";
import { stackChecks } from "./checks/stack";
import { webhookChecks } from "./checks/webhook";

/** Every check, in the order in which they are reported and documented. */
export const CHECKS: readonly Check[] = [
  ...stackChecks,
  ...organisationChecks,
  ...apiKeyChecks,
  ...webhookChecks,
  ...deliveryChecks,
  ...endpointChecks,
  ...receiverChecks,
  ...hostedReceiverChecks,
  ...secretFileChecks,
  ...airkitChecks,
];
