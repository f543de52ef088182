import type { Profile } from "../profile";
import type { State } from "../store";
import { newId } from "../store";
import type { EventData } from "../types";
import { parseEventName } from "./catalogue";
import type { Resource } from "./envelope";
import { related } from "./envelope";
import { sampleOf } from "./sample-resources";

export interface EventEnvelope {
  id: string;
  name: string;
  org: string;
  partition: string;
  data: Resource;
  dataId: string;
  createdAt: string;
  [other: string]: unknown;
}

/**
 * One event. Documented (DOC-EV, DOC-CAT): id, name, org, partition, data, changes, createdAt; the other keys were
 * observed in captured events. Org and partition hold the same id in all samples.
 */
export function eventEnvelope(name: string, given: EventData, org: State["org"], profile: Profile): EventEnvelope {
  const { resource, verb } = parseEventName(name);
  const sample = sampleOf(resource, verb);
  const id = given.id ?? newId();
  const attributes = { ...sample.attributes, ...given.attributes };
  const relationships = Object.fromEntries(
    Object.entries(sample.related).map(([relation, type]) => {
      const target = newId();
      return [relation, related(type, target, `/v1/${relation}s/${target}`)];
    }),
  );
  const createChanges = profile.changesOnCreate === "null" ? { changes: null } : {};
  return {
    id: newId(),
    name,
    org: org.id,
    partition: org.id,
    ...(profile.envelopeOrgName ? { orgName: org.name } : {}),
    data: {
      type: resource,
      id,
      attributes,
      relationships: {
        org: related("org", org.id, `/v1/orgs/${org.id}`),
        ...relationships,
        ...given.relationships,
      },
      links: { self: `/v1/${resource}s/${id}` },
    },
    createdAt: new Date().toISOString(),
    ...(verb === "create" ? createChanges : { changes: updateChanges(sample.changed, attributes, given) }),
    persist: true,
    client: "api-gw",
    dataId: id,
    meta: { customChanged: false },
    snsFilters: ["assistant"],
  };
}

/** Observed: every update also lists updatedAt, modifiedAt and rev, so "something changed" is always true. */
function updateChanges(
  usual: { name: string; before: unknown },
  attributes: Record<string, unknown>,
  given: EventData,
): object {
  const replace = (before: unknown, after: unknown): object => ({ op: "replace", before, after });
  const earlier = new Date(Date.now() - 60_000).toISOString();
  return {
    attributes: {
      ...(given.changes ?? { [usual.name]: replace(usual.before, attributes[usual.name]) }),
      updatedAt: replace(earlier, attributes.updatedAt),
      modifiedAt: replace(earlier, attributes.modifiedAt),
      rev: replace(1, attributes.rev),
    },
    relationships: {},
  };
}
