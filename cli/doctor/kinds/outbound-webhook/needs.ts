/** What a check of the webhook as it is in Kustomer needs. */
export const EXISTS = ["management-key-roles", "webhook-exists"];
