import type { KustomerRelayArgs } from "../../../index";

export const ACCOUNT = "0b0e0000-0000-4000-8000-000000000001";
export const RESOURCE = "5f2c0000-0000-4000-8000-000000000002";
export const HUB = "c1d90000-0000-4000-8000-000000000004";
export const WEB_CHAT = "77aa0000-0000-4000-8000-000000000009";

/** The ten lines: what exists in Airkit is given by its id. */
export const byIds: KustomerRelayArgs = {
  kustomer: { apiKey: { token: "a-kustomer-key" } },
  airkit: { account: { id: ACCOUNT }, resource: { id: RESOURCE }, hub: { id: HUB } },
};

/** Everything is declared, and made by somebody over the console API. */
export const managed: KustomerRelayArgs = {
  kustomer: { apiKey: { token: "a-kustomer-key" } },
  airkit: { hub: { channelResourceIds: [WEB_CHAT] } },
};
