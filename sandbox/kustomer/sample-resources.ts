import type { EventVerb, ResourceName } from "./catalogue";

interface Sample {
  attributes: Record<string, unknown>;
  /** Related resources by name: their type. */
  related: Record<string, string>;
  /** What an update of this resource changes when the caller names nothing. */
  changed: { name: string; before: unknown };
}

/**
 * Attributes of events as captured from a working integration for messages and conversations (observed), and as the
 * reference names them for the other resources (inferred).
 */
export function sampleOf(resource: ResourceName, verb: EventVerb): Sample {
  const now = new Date().toISOString();
  const dates = { createdAt: now, updatedAt: now, modifiedAt: now, rev: verb === "create" ? 1 : 2 };
  switch (resource) {
    case "message":
      return {
        attributes: {
          channel: "chat",
          app: "chat",
          size: 27,
          direction: "in",
          directionType: "initial-in",
          preview: "Hello, where is my order? ☕",
          meta: {},
          status: "received",
          assignedTeams: [],
          assignedUsers: [],
          auto: false,
          sentAt: now,
          redacted: false,
          createdByTeams: [],
          reactions: [],
          intentDetections: [],
          ...dates,
        },
        // The capture has the plural here, and the singular in conversation events.
        related: { customer: "customers", conversation: "conversation" },
        changed: { name: "status", before: "sent" },
      };
    case "conversation":
      return {
        attributes: {
          name: "Order",
          channels: ["chat"],
          status: "open",
          open: { statusAt: now },
          messageCount: 1,
          noteCount: 0,
          satisfaction: 0,
          lastActivityAt: now,
          spam: false,
          ended: false,
          tags: [],
          assignedUsers: [],
          assignedTeams: [],
          direction: "in",
          outboundMessageCount: 0,
          inboundMessageCount: 1,
          priority: 3,
          defaultLang: "en_us",
          phase: "initial",
          modificationHistory: { nameAt: null, statusAt: now },
          ...dates,
        },
        related: { customer: "customer", queue: "queue", brand: "brand" },
        changed: { name: "status", before: "snoozed" },
      };
    case "customer":
      return named("Ada Example", dates, { emails: [{ type: "home", email: "ada@example.com", verified: true }] });
    case "user":
      return named("Sam Example", dates, { userType: "user", email: "sam@example.com" });
    case "team":
      return named("Support", dates, { members: [] });
    case "tag":
      return named("vip", dates, { color: "blue" });
  }
}

const named = (name: string, dates: object, others: object): Sample => ({
  attributes: { name, ...others, ...dates },
  related: {},
  changed: { name: "name", before: `${name} (before)` },
});
