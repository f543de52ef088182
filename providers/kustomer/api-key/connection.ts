import type { Settings } from "../../lifecycle/settings";
import type { KustomerClient } from "../client";
import { connectToKustomer } from "../connection";
import { type ApiKeyIssuer, connectToIssuer } from "./issuer";

/** What a key is checked with, and what makes and revokes those that are issued. */
export interface KeyConnection {
  readonly kustomer: KustomerClient;
  readonly issuer: ApiKeyIssuer | undefined;
}

export function connectToKeys(settings: Settings): KeyConnection {
  return { kustomer: connectToKustomer(settings), issuer: connectToIssuer(settings) };
}
