/** The metrics that the functions' log lines carry (`receiver/aws`), by receiver. */
export const METRICS = { namespace: "KustomerRelay", dimension: "Receiver" } as const;

export const RELAY_METRICS = [
  "Stored",
  "SignatureRefused",
  "Refused",
  "StoreUnavailable",
  "Delivered",
  "Duplicates",
  "Retried",
  "DeadLettered",
  "DeliveryLatency",
  "PreviousSecretMatched",
] as const;

export type RelayMetric = (typeof RELAY_METRICS)[number];
