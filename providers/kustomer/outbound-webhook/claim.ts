import { type Owner, isTakenOver, newGeneration } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import type { OutboundWebhookData } from "../answers";
import { whoHas } from "./doubles";
import type { OutboundWebhookInputs, OutboundWebhookOutputs } from "./fields";
import { keptOf, ownerOf } from "./ownership";

/**
 * What the state of an imported webhook claims, while nothing is written. One that nobody has marked gets its mark with its first
 * update. One that is somebody's stays theirs until the first `up` claims it: until then it has no generation.
 */
export function importedClaim({
  headers,
}: OutboundWebhookData): Pick<OutboundWebhookOutputs, "mark" | "rotation" | "generation"> {
  const owner = ownerOf(headers);
  return owner === undefined
    ? { mark: "", rotation: 0, generation: newGeneration() }
    : { mark: owner.mark, rotation: owner.rotation, generation: "" };
}

/** Who claimed the webhook after the state did. */
export function othersOwner(known: OutboundWebhookOutputs, { headers }: OutboundWebhookData): Owner | undefined {
  const owner = ownerOf(headers);
  return owner !== undefined && isTakenOver(owner, keptOf(known)) ? owner : undefined;
}

/** With which generation an update writes its claim, and all that the state has posted so far. */
export function claimFor(
  known: OutboundWebhookOutputs,
  { mark }: OutboundWebhookInputs,
  found: OutboundWebhookData | undefined,
  run: Run,
  isMoved: boolean,
): Pick<OutboundWebhookOutputs, "generation" | "postedGenerations"> {
  const owner = found && othersOwner(known, found);
  if (owner !== undefined)
    run.warn(
      known.generation === ""
        ? `outbound webhook "${known.name}" (${known.webhookId}) is imported, and its own from now on; it was claimed ${whoHas(owner, { mark })}: where that one still declares it, take it out there with \`pulumi state delete\``
        : `outbound webhook "${known.name}" (${known.webhookId}) was taken over ${whoHas(owner, known)}, and is taken back now: declare it once`,
    );
  // A new name is a new claim: a copy of the state that knows the old name must not take the webhook for its own. So is a new
  // URL: what was there before with the same mark was not taken over, as a creation would have.
  const isRenamed = known.mark !== "" && known.mark !== mark;
  if (owner === undefined && known.generation !== "" && !isRenamed && !isMoved) return known;
  const generation = newGeneration(owner?.generation ?? known.generation);
  return { generation, postedGenerations: [...known.postedGenerations, generation] };
}
