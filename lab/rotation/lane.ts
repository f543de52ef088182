/** What is between Kustomer and the sandbox's Airkit while it is measured. */
export interface Lane {
  /** Of the relay, in its own words; empty where events go to Airkit directly. */
  readonly receiver: object;
  /** Once the relay exists, and with it where events end up. */
  start(destinationUrl: string): Promise<void>;
  /** Events that it has taken and will not deliver. */
  refusedForGood(): Promise<number>;
  stop(): Promise<void>;
}
