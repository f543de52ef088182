import { readFileSync } from "node:fs";
import { createDeliveryHandler } from "../../../receiver/aws/delivery";
import { createIntakeHandler } from "../../../receiver/aws/intake";
import { VARIABLES } from "../../../receiver/contract";
import { scaledClock } from "./clock";

/** Where the process is to end: at the n-th time from now that it reaches a point. The id tells one order from the next. */
export interface KillOrder {
  readonly id: number;
  readonly point: string;
  readonly nth: number;
}

/** The same sources as in the bundles (the table tells which function), with a hook that ends the process in the middle of things. */
const options = { clock: scaledClock(process.env), step: stepper(process.env.LOCAL_ORDERS ?? "") };

export const handler: unknown =
  process.env[VARIABLES.table] !== undefined
    ? createDeliveryHandler(process.env, options)
    : process.env.LOCAL_BROKEN === undefined
      ? createIntakeHandler(process.env, options)
      : answeringEarly();

function stepper(file: string): (point: string) => void {
  let following: KillOrder | undefined;
  let reached = 0;
  return (point) => {
    const order = read(file);
    if (order?.id !== following?.id) reached = 0;
    following = order;
    if (order?.point !== point) return;
    reached += 1;
    if (reached === order.nth) process.kill(process.pid, "SIGKILL");
  };
}

function read(file: string): KillOrder | undefined {
  const text = readFileSync(file, "utf8");
  return text === "" ? undefined : (JSON.parse(text) as KillOrder);
}

const BROKEN_DELAY_MS = 20;

/** Answers before SQS has the event: the mistake that the harness has to catch. */
function answeringEarly(): (event: unknown, context: unknown) => Promise<unknown> {
  const handler = createIntakeHandler(process.env, options) as (event: unknown, context: unknown) => Promise<unknown>;
  return (event, context) => {
    setTimeout(() => void handler(event, context), BROKEN_DELAY_MS);
    return Promise.resolve({ statusCode: 200, headers: {}, body: '{"status":"stored"}' });
  };
}
