import { describe, expect, test } from "@jest/globals";
import type { IncomingMessage, ServerResponse } from "node:http";
import { KustomerClient } from "../../../../providers/kustomer/client";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { KUSTOMER_EVENTS } from "../../../../providers/kustomer/outbound-webhook/events";
import { verifyEvents } from "../../../../providers/kustomer/outbound-webhook/verify-events";
import { Http } from "../../../../providers/lifecycle/http";
import { check } from "../../../../providers/lifecycle/operations";
import { UNKNOWN } from "../../../../providers/lifecycle/unknown";
import { run as sandboxWith, serve, useCleanup } from "../../../sandbox/running";
import { aRun } from "../../a-run";
import { calls, settingsOf } from "../support";

useCleanup();

const NOTE = "kustomer.note.create";
const SLIP = "kustomer.mesage.create";

/** An organisation that answers the question for its events in this way, and counts how often it was asked. */
async function organisation(status: number, body: unknown) {
  const asked: (string | undefined)[] = [];
  const url = await serve((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url);
    response.writeHead(status).end(JSON.stringify(body));
  });
  return { asked, client: new KustomerClient(new Http(new URL(url).origin, "Kustomer"), "a-key") };
}

const offering = (...more: string[]) => organisation(200, { events: [...KUSTOMER_EVENTS, ...more] });
const reasons = async (...given: Parameters<typeof verifyEvents>): Promise<string[]> =>
  (await verifyEvents(...given)).map(({ reason }) => reason);

describe("an event that this version does not know", () => {
  test("is let through with a warning where the organisation offers it", async () => {
    const { client } = await offering(NOTE);
    const run = aRun();
    expect(await reasons(client, ["kustomer.message.create", NOTE], run)).toEqual([]);
    expect(run.warnings).toEqual([
      `events: this version does not know "${NOTE}"; Kustomer offers it, so it is let through`,
    ]);
  });

  test("is not warned of again, run after run, once a webhook has it and as long as the organisation offers it", async () => {
    const { client } = await offering(NOTE);
    const later = aRun();
    expect(await reasons(client, [NOTE], later, [NOTE])).toEqual([]);
    // A replacement is checked once more, as something new.
    expect(await reasons(client, [NOTE], later)).toEqual([]);
    expect(later.warnings).toEqual([]);
    const { client: without } = await offering();
    expect(await reasons(without, [NOTE], aRun(), [NOTE])).toHaveLength(1);
  });

  test("is refused where the organisation's list has not got it, with what was probably meant", async () => {
    const { client } = await offering(NOTE);
    const run = aRun();
    expect(await reasons(client, [SLIP, "kustomer.notes.create"], run)).toEqual([
      `events: no such event, "${SLIP}"; did you mean "kustomer.message.create"?`,
      `events: no such event, "kustomer.notes.create"; did you mean "${NOTE}"?`,
    ]);
    expect(run.warnings).toEqual([]);
  });

  test.each([
    ["the key may not ask", 403, {}, /Kustomer answered 403/],
    ["there is no such list", 404, {}, /Kustomer answered 404/],
    ["the list is empty", 200, { events: [] }, /its list is empty/],
    ["the answer is of another shape", 200, { data: 1 }, /list subscribable events/],
  ])("is let through with a warning that names the likely slip where %s", async (_, status, body, why) => {
    const { client } = await organisation(status, body);
    const run = aRun();
    expect(await reasons(client, [SLIP], run)).toEqual([]);
    expect(run.warnings).toEqual([expect.stringMatching(why)]);
    expect(run.warnings[0]).toContain(`if it is a slip, did you mean "kustomer.message.create"?`);
  });

  test("is asked for once a run, however many resources name one", async () => {
    const { client, asked } = await offering(NOTE);
    const run = aRun();
    await Promise.all([NOTE, SLIP, NOTE].map((name) => verifyEvents(client, [name], run)));
    await verifyEvents(client, [SLIP], run);
    expect(asked).toEqual(["/v1/outbound-webhooks/events"]);
  });

  test("costs no request where all are known, or not known yet", async () => {
    const { client, asked } = await offering();
    for (const events of [[...KUSTOMER_EVENTS], UNKNOWN, [UNKNOWN, KUSTOMER_EVENTS[0]], undefined, "x"])
      expect(await verifyEvents(client, events, aRun())).toEqual([]);
    expect(asked).toEqual([]);
  });

  test("is told by the check of the webhook beside its other mistakes, and nothing is asked of a key that is refused", async () => {
    const sandbox = await sandboxWith({});
    const given = { name: "relay", url: "http://example.com", mark: "m", events: [SLIP] };
    const { failures } = await check(outboundWebhook, { settings: settingsOf(sandbox), run: aRun() }, { given });
    expect(failures.map(({ property }) => property)).toEqual(["url", "events"]);
    const settings = settingsOf(sandbox, { "kustomer:apiKey": "another" });
    const before = calls(sandbox).length;
    expect((await check(outboundWebhook, { settings, run: aRun() }, { given })).failures).toHaveLength(2);
    expect(calls(sandbox).slice(before)).toEqual(["GET /v1/auth/tokens/current"]);
  });
});
