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
