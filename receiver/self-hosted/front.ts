import type { Server } from "node:http";
import type { Clock } from "../clock";
import type { Inbox } from "../inbox";
import type { IntakeAnswer, IntakeSettings } from "../intake";
import type { ReceiverConfig, RelayConfig } from "./config";
import type { Deliveries } from "./deliveries";
import type { Inflow } from "./inflow";
import type { RelayControlsDeclared } from "./relay-controls";
import type { RelaySecrets } from "./relay-secrets";
import type { Reporting } from "./reporting";
import { createIntakeServer, type IntakeServerParts, type Route } from "./server";
import type { SilenceWatch } from "./silence-watch";

export interface FrontParts extends Pick<IntakeServerParts, "other" | "step"> {
  readonly config: ReceiverConfig;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly secrets: RelaySecrets;
  readonly declared: RelayControlsDeclared;
  readonly reporting: Reporting;
  readonly silence: SilenceWatch;
  readonly inflow: Inflow;
  readonly deliveries: Deliveries;
}

/** Genuine events of Kustomer's, whatever became of them. */
const RECEIVED = new Set<string>(["stored", "duplicate", "filtered"]);

/** What Kustomer meets: the intake of every relay, and who has to know of its answers. */
export function createFront(parts: FrontParts): Server {
  const { config, inbox, clock, secrets, declared, other, step } = parts;
  const routes = new Map<string, Route>(
    config.relays.map((relay) => [
      relay.path,
      { settings: { ...intakeSettings(relay, config), ...declared.of(relay) }, secrets: secrets.of(relay.name) },
    ]),
  );
  const answered = (route: Route | undefined, answer: IntakeAnswer, bytes: number, ms: number): void => {
    tellOf(parts, route?.settings.destination ?? "none", answer, bytes, ms);
  };
  return createIntakeServer({
    routes,
    inbox,
    clock,
    limits: config.limits,
    answered,
    ...(other && { other }),
    ...(step && { step }),
  });
}

function tellOf(
  { reporting, silence, inflow, deliveries, secrets }: FrontParts,
  relay: string,
  answer: IntakeAnswer,
  bytes: number,
  ms: number,
): void {
  reporting.answered(relay, answer, bytes, ms);
  if (RECEIVED.has(answer.outcome)) silence.received(relay);
  if (answer.outcome === "stored") {
    inflow.stored(relay, bytes);
    deliveries.wake(relay);
  }
  if (answer.outcome === "signature-mismatch") secrets.noteMismatch(relay);
  else if (answer.outcome === "store-unavailable") reporting.metrics.storeFailed();
}

function intakeSettings(relay: RelayConfig, config: ReceiverConfig): IntakeSettings {
  return {
    destination: relay.name,
    maxBodyBytes: Math.floor(config.limits.bodyKiB * 1024),
    ...(relay.maxAgeMinutes !== undefined && { maxAgeMs: relay.maxAgeMinutes * 60_000 }),
  };
}
