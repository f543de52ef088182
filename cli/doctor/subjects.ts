import type { AirkitSubject } from "./subjects/airkit-object";
import type { ApiKeySubject } from "./subjects/api-key";
import type { Endpoint } from "./subjects/endpoint";
import type { HostedReceiver } from "./subjects/hosted-receiver";
import type { Organisation } from "./subjects/organisation";
import type { Receiver } from "./subjects/receiver";
import type { SecretFile } from "./subjects/secret-file";
import type { StackSubject } from "./subjects/stack";
import type { Webhook } from "./subjects/webhook";

/** What can be looked at. Each asks what it needs to know at most once, whichever checks want it. */
export interface Subjects {
  stack: StackSubject;
  organisation: Organisation;
  webhook: Webhook;
  "API key": ApiKeySubject;
  "Airkit object": AirkitSubject;
  endpoint: Endpoint;
  "secret file": SecretFile;
  receiver: Receiver;
  "receiver on AWS": HostedReceiver;
}

export type Kind = keyof Subjects;
export type Subject = Subjects[Kind];

/** What every subject says of itself. */
export interface SubjectOf<K extends Kind> {
  readonly kind: K;
  /** As a person knows it: the resource's name, a host, a folder. */
  readonly name: string;
  /** The organisation it is in, where it is in one. */
  readonly organisation?: Organisation;
}
