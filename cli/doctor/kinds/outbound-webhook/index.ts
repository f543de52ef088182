import { declaredChecks } from "./declared";
import { ownershipChecks } from "./ownership";
import { secretChecks } from "./secret";
import { sendingChecks } from "./sending";

export { Webhook } from "./subject";

/** All that is asked about an outbound webhook that the stack declares. */
export const webhookChecks = [...sendingChecks, ...declaredChecks, ...secretChecks, ...ownershipChecks];
