import { expect, test } from "@jest/globals";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { EngineLog } from "../../../providers/native/log";
import { startMonitor } from "./support/monitor";

test("a warning goes to the engine's log, beside its resource, and is there when the log has settled", async () => {
  const engine = await startMonitor();
  const log = new EngineLog();
  log.attach(engine.address, () => undefined);
  for (const message of ["one", "two"]) log.warn(message, `urn of ${message}`);
  await log.settled();
  expect(engine.logged.map(({ severity, message, urn }) => [severity, message, urn])).toEqual(
    expect.arrayContaining(["one", "two"].map((message) => [LogSeverity.WARNING, message, `urn of ${message}`])),
  );
  log.close();
  engine.close();
});

test("an engine that is gone is noticed, and what is said to it holds nobody up", async () => {
  const engine = await startMonitor();
  const log = new EngineLog();
  const gone = Promise.withResolvers<undefined>();
  log.attach(engine.address, () => {
    gone.resolve(undefined);
  });
  log.warn("one", "");
  await log.settled();
  engine.close();
  await gone.promise;
  log.warn("two", "");
  await log.settled();
  log.close();
});

test("without an engine, or at an address that is none, a warning is lost and nothing waits for it", async () => {
  const log = new EngineLog();
  log.warn("to nobody", "");
  await log.settled();
  for (const address of ["127.0.0.1:1", "http://127.0.0.1:9411/api/v1/spans", "file:./trace"]) {
    log.attach(address, () => undefined);
    log.warn("to nobody", "");
    await log.settled();
  }
  log.close();
});
