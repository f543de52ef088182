import type { Command } from "commander";
import type { StoreAdmin } from "../../receiver/self-hosted/admin";
import type { EventQuery } from "../../receiver/event-query";
import type { KeptEvent } from "../../receiver/inbox";
import { doInBulk } from "../bulk";
import { jsonOption, newCommand } from "../command";
import { type StoreValues, addStoreOptions, storeFolderFrom } from "../config-options";
import {
  addBulkOptions,
  addQueryOptions,
  type BulkValues,
  expectedQuery,
  ids,
  queryOf,
  type QueryValues,
} from "../event-query-options";
import { printJson, printLine, table } from "../print";
import { showEvent } from "../show-event";
import { withStore } from "../with-store";
import { lasting } from "../words";

interface Values extends StoreValues, QueryValues, BulkValues {
  readonly body?: boolean;
  readonly json?: boolean;
}

const DESCRIPTION =
  "Of relays whose keepDeliveredHours says so, a self-hosted receiver keeps delivered events for these hours. None are kept otherwise: they hold customers' words.";

export function command(): Command {
  return newCommand("deliveries", "List, show or replay events that were delivered, where they are kept.", DESCRIPTION)
    .usage("list | show | replay [options]")
    .addCommand(selecting(newCommand("list", "List them.")).addOption(jsonOption()).action(list))
    .addCommand(
      addStoreOptions(newCommand("show", "Show one, and with --body the event itself."))
        .addOption(ids("the one to show, by the first column of the list").makeOptionMandatory())
        .option("--body", "show the event itself, which holds customers' words")
        .addOption(jsonOption())
        .action(show),
    )
    .addCommand(
      addBulkOptions(
        selecting(newCommand("replay", "Deliver events again, behind what their conversations have waiting.")),
        "replay",
      )
        .addOption(jsonOption())
        .action(replay),
    );
}

function selecting(command: Command): Command {
  return addQueryOptions(addStoreOptions(command), "delivered");
}

async function list(values: Values): Promise<void> {
  await withStore(storeFolderFrom(values), async (admin) => {
    const all: KeptEvent[] = [];
    for await (const page of pagesOf(admin, queryOf(values))) {
      if (values.json) all.push(...page);
      else printLine(asTable(page, Date.now()));
      if (!values.json && all.length === 0) all.push(...page.slice(0, 1));
    }
    if (values.json) printJson(all);
    else if (all.length === 0) printLine("No delivered events are kept. How long they are: keepDeliveredHours.");
  });
}

async function show(values: Values): Promise<void> {
  const seqs = values.id ?? [];
  await withStore(storeFolderFrom(values), async (admin) => {
    const found: KeptEvent[] = [];
    for await (const page of pagesOf(admin, { seqs })) found.push(...page);
    const missing = seqs.filter((seq) => !found.some((one) => one.seq === seq));
    if (missing.length > 0)
      throw new Error(`No delivered event ${missing.join(", ")} is kept. See kustomer-relay deliveries list.`);
    for (const one of found) await showOne(admin, one, values);
  });
}

async function replay(values: Values): Promise<void> {
  const query = expectedQuery(values, "kustomer-relay deliveries replay", "replay");
  const replayed = await withStore(storeFolderFrom(values), (admin) =>
    doInBulk({
      ...values,
      verb: "replay",
      pages: pagesOf(admin, query),
      act: (chosen) => admin.replayDeliveries(chosen),
    }),
  );
  if (replayed === undefined) return;
  if (values.json) printJson({ replayed });
  else printLine(`${replayed === 1 ? "1 event is" : `${replayed} events are`} back in the queue.`);
}

const PER_PAGE = 500;

async function* pagesOf(admin: StoreAdmin, query: EventQuery): AsyncGenerator<readonly KeptEvent[]> {
  let after: number | undefined;
  do {
    const page = await admin.deliveries(query, { after, limit: PER_PAGE });
    if (page.events.length > 0) yield page.events;
    after = page.next;
  } while (after !== undefined);
}

function asTable(kept: readonly KeptEvent[], now: number): string {
  const rows = kept.map((one) => [
    String(one.seq),
    one.destination,
    one.id,
    one.name ?? "-",
    `${lasting(now - one.deliveredAt)} ago`,
    String(one.attempts),
    one.conversation ?? "-",
  ]);
  return table(["id", "destination", "event", "name", "delivered", "tries", "conversation"], rows);
}

async function showOne(admin: StoreAdmin, kept: KeptEvent, { json, body }: Values): Promise<void> {
  showEvent(kept, {
    json,
    body: body ? await admin.deliveryBody(kept.seq) : undefined,
    more: [
      ["delivered", new Date(kept.deliveredAt).toISOString()],
      ["tries", String(kept.attempts)],
    ],
  });
}
