import type { Command, Option } from "commander";
import { type EventQuery, statusFrom } from "../receiver/event-query";
import { UsageError, repeatable } from "./command";
import { moment } from "./moment";

/** Which events are meant. */
export interface QueryValues {
  readonly id?: number[];
  readonly relay?: string;
  readonly event?: string;
  readonly status?: number | string;
  readonly error?: string;
  readonly since?: number;
  readonly until?: number;
  readonly conversation?: string;
  readonly all?: boolean;
}

/** What is done with many of them. */
export interface BulkValues {
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly yes?: boolean;
}

const WHEN = "30m, 2h, 1d, or a date";

/** `happened`: what the times are of. */
export function addQueryOptions(command: Command, happened: string): Command {
  return command
    .option("--relay <name>", "of this relay (a destination, in the list)")
    .option("--event <name>", "with this name (kustomer.message.create, kustomer.message.*), or this id")
    .option("--since <time>", `${happened} since then: ${WHEN}`, (text) => moment(text, Date.now()))
    .option("--until <time>", `${happened} before then: ${WHEN}`, (text) => moment(text, Date.now(), "--until"))
    .option("--conversation <id>", "of this conversation");
}

/** What only events have that were refused. */
export function addFailureOptions(command: Command): Command {
  return command
    .option("--status <status>", "answered with this status (410), or one of its class (4xx)", statusOf)
    .option("--error <text>", "with this in the last error");
}

export function addBulkOptions(command: Command, verb: string): Command {
  return command
    .addOption(ids("one of them, by the first column of the list"))
    .option("--all", "all of them")
    .option("--dry-run", `say what it would ${verb}, and do nothing`)
    .option("--limit <number>", `${verb} so many at most, the oldest first`, (text) => countOf(text, "--limit"))
    .option("--yes", "do not ask, however many they are");
}

export function ids(description: string): Option {
  return repeatable("--id <number>", description, idOf);
}

export function countOf(text: string, option: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${option} ${text}: not a whole number from 1.`);
  return Number(text);
}

export function queryOf(values: QueryValues): EventQuery {
  const { id, relay, event, status, error, since, until, conversation } = values;
  return {
    ...(id && { seqs: id }),
    ...(relay !== undefined && { relay }),
    ...(event !== undefined && { event }),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(conversation !== undefined && { conversation }),
  };
}

/** For what changes something: nothing is meant unless it is said. */
export function expectedQuery(values: QueryValues, command: string, verb: string): EventQuery {
  const query = queryOf(values);
  const isChosen = Object.keys(query).length > 0;
  if (values.all && isChosen) throw new UsageError("--all goes alone: give it, or what to choose by.", command);
  if (!values.all && !isChosen)
    throw new UsageError(
      `Say which to ${verb}: --id N, --relay NAME, --since AGE (and more: --help), or --all.`,
      command,
    );
  return query;
}

function idOf(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw new UsageError(`--id ${id}: not a number from the list's first column.`);
  return Number(id);
}

function statusOf(text: string): number | string {
  const status = statusFrom(text);
  if (status !== undefined) return status;
  throw new UsageError(`--status ${text}: neither a status (410) nor a class of them (4xx).`);
}
