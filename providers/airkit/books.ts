import type { AirkitKind, Books, Declared } from "./driver";
import { stepFor } from "./operator-words";
import { changedFields, newRevisionKey, recordOf, revisionOf } from "./revision";

/**
 * Brings the books up to date with what is declared. `done` says that Airkit is known to have all of it; otherwise it has
 * when the operator recorded this very revision. Both drivers keep the same books, so that a stack can change drivers.
 */
export function keepBooks(
  kind: AirkitKind,
  declared: Omit<Declared, "id">,
  id: string,
  former: Pick<Books, "revisionKey" | "applied" | "generation"> | undefined,
  done: boolean,
): Books {
  const revisionKey = former?.revisionKey ?? newRevisionKey();
  const record = recordOf(kind, declared.values, revisionKey);
  const revision = revisionOf(record, revisionKey);
  const applied = done || declared.appliedRevision === revision ? record : (former?.applied ?? {});
  const pendingFields = changedFields(kind, applied, record);
  return {
    status: pendingFields.length === 0 ? "applied" : "pending",
    revision,
    pendingFields,
    steps: pendingFields.length === 0 ? [] : [stepFor(kind, declared, pendingFields, revision, { id, applied })],
    revisionKey,
    applied,
    generation: former?.generation ?? "",
  };
}
