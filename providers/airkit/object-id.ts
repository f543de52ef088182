import * as z from "zod";

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * The UUID of an object, given as such or as the address of its page in the console, where it is the last one: what an object
 * is part of comes before it. What is neither stays as it is, for a schema to refuse.
 */
export function objectId(text: string): string {
  const given = text.trim();
  const address = /^https?:\/\/[^?]*/i.exec(given)?.[0];
  return (address?.match(UUID)?.at(-1) ?? given).toLowerCase();
}

const WHERE = "the UUID of the object, or the whole address of its page in Airkit's console";

/** As a person gives it; what is kept is the UUID in lower case. */
export const uuid = z
  .string({ error: ({ input }) => `${input === undefined ? "is required" : "must be text"}: ${WHERE}` })
  .overwrite(objectId)
  .check(z.guid(`must be ${WHERE}`));
