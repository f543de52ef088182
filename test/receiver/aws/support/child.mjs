// Runs the built delivery for one batch, and ends the process with SIGKILL at a named point.
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);
const { createDeliveryHandler } = require("../../../../dist/receiver/aws/delivery.js");

const { environment, batch, killAt, onlyFor, aheadMs } = JSON.parse(process.argv[2]);
const handler = createDeliveryHandler(environment, {
  clock: () => Date.now() + aheadMs,
  step: (step, event) => {
    if (step === killAt && (onlyFor === undefined || event === onlyFor)) process.kill(process.pid, "SIGKILL");
  },
});
const result = await handler(batch, { getRemainingTimeInMillis: () => 60_000 });
process.stdout.write(`${JSON.stringify(result)}\n`);
