import { messageOf } from "../../lifecycle/errors";
import type { Run } from "../../lifecycle/run";
import { UNKNOWN } from "../../lifecycle/unknown";
import type { Problem } from "../../lifecycle/validate";
import type { KustomerClient } from "../client";
import { withPatience } from "../verify-access";
import { isKustomerEvent, nearestEvent } from "./events";

/** What each organisation offers, asked once a run, and only where a program names something that this version does not know. */
class AskedForEvents {
  readonly answers = new Map<string, Promise<readonly string[] | Error>>();
}

/** Events that some webhook of this run had already: whoever declared them was told then, and Kustomer has taken them. */
class Subscribed extends Set<string> {}

/**
 * New events may appear without a new version of the API, and the organisation's own list is what counts (VERSIONING). So a name
 * that this version does not know is no mistake, unless that list says so.
 */
export async function verifyEvents(
  client: KustomerClient,
  events: unknown,
  run: Run,
  former?: unknown,
): Promise<Problem[]> {
  const names = textsIn(events);
  const subscribed = run.of(Subscribed);
  for (const name of textsIn(former)) subscribed.add(name);
  const news = names.filter((name) => name !== "" && name !== UNKNOWN && !isKustomerEvent(name));
  if (news.length === 0) return [];
  const offered = await offeredBy(client, run);
  return news.flatMap((name) => {
    if (offered instanceof Error) {
      if (run.signal.aborted) return [];
      run.warn(
        `events: this version does not know "${name}", and whether Kustomer offers it could not be asked (${offered.message}); if it is a slip, did you mean "${nearestEvent(name)}"?`,
      );
      return [];
    }
    if (offered.includes(name)) {
      if (!subscribed.has(name))
        run.warn(`events: this version does not know "${name}"; Kustomer offers it, so it is let through`);
      return [];
    }
    const property = "events";
    return [
      { property, reason: `${property}: no such event, "${name}"; did you mean "${nearestEvent(name, offered)}"?` },
    ];
  });
}

function textsIn(given: unknown): string[] {
  return Array.isArray(given) ? given.filter((item) => typeof item === "string") : [];
}

function offeredBy(client: KustomerClient, run: Run): Promise<readonly string[] | Error> {
  const { answers } = run.of(AskedForEvents);
  const answer =
    answers.get(client.credential) ??
    withPatience(client.listSubscribableEvents(), run).then(
      (offered) => (offered.length > 0 ? offered : new Error("its list is empty")),
      (error: unknown) => new Error(messageOf(error)),
    );
  answers.set(client.credential, answer);
  return answer;
}
