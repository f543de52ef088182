import type { Run } from "../../lifecycle/run";
import type { Settings } from "../../lifecycle/settings";
import { type KustomerConnection, connectToKustomer } from "../connection";
import { type ApiKeyIssuer, connectToIssuer } from "./issuer";

/** What a key is checked with, and what makes and revokes those that are issued. */
export interface KeyConnection extends KustomerConnection {
  readonly issuer: ApiKeyIssuer | undefined;
}

export function connectToKeys(settings: Settings, run: Run): KeyConnection {
  return { kustomer: connectToKustomer(settings, run), issuer: connectToIssuer(settings, run), run };
}
