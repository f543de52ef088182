import { describe, expect, test } from "@jest/globals";
import { judgeDeliveries } from "../../../cli/doctor/deliveries";
import { transactionData } from "../../../providers/kustomer/answers";

describe("events that Kustomer gave up", () => {
  const log = (...attempts: object[]) => attempts.map((attributes) => transactionData.parse({ attributes }));
  const at = Date.now() - 60_000;
  const healthy = () => Promise.resolve({ trouble: undefined, isCertain: true });

  test("are counted where its log tells by an empty next retry", async () => {
    const attempts = log(
      { sentAt: at, status: "503", nextRetry: null },
      { sentAt: at - 1, status: "503", nextRetry: null },
      { sentAt: at - 2, status: "503", nextRetry: new Date(at).toISOString() },
    );
    expect((await judgeDeliveries(attempts, healthy)).message).toMatch(
      /Kustomer gave up 2 events, lost unless sent again/,
    );
  });

  test("are not guessed where its log has no next retry at all", async () => {
    const { message } = await judgeDeliveries(log({ sentAt: at, status: "503" }), healthy);
    expect(message).not.toMatch(/gave up/);
  });

  test("are no riddle where Kustomer got 401: the endpoint has another signing secret", async () => {
    const uncertain = () => Promise.resolve({ trouble: undefined, isCertain: false });
    expect(await judgeDeliveries(log({ sentAt: at, status: "401" }), uncertain)).toMatchObject({
      level: "fail",
      message: expect.stringMatching(/the endpoint refuses what Kustomer signs/),
      next: expect.stringMatching(/another signing secret/),
    });
  });

  test("leave a failure, and later a warning, where neither the log nor a probe tells what was wrong", async () => {
    const uncertain = () => Promise.resolve({ trouble: undefined, isCertain: false });
    const anHourAgo = Date.now() - 3_600_000;
    expect(await judgeDeliveries(log({ sentAt: at, status: "failed" }), uncertain)).toMatchObject({
      level: "fail",
      next: expect.stringMatching(/if the next event fails too, the endpoint has another signing secret/),
    });
    expect(await judgeDeliveries(log({ sentAt: anHourAgo, status: "failed" }), uncertain)).toMatchObject({
      level: "warn",
    });
    expect(await judgeDeliveries(log({ sentAt: at, status: "503" }), uncertain)).toMatchObject({ level: "ok" });
  });
});
