import { editDistance } from "../providers/kustomer/outbound-webhook/events";

/** `. Did you mean this?`, or all that there are. */
export function suggestion(given: string, names: readonly string[]): string {
  const [nearest] = [...names].sort((one, other) => editDistance(given, one) - editDistance(given, other));
  return nearest !== undefined && editDistance(given, nearest) <= 3
    ? `. Did you mean ${nearest}?`
    : `. There are ${names.join(", ")}.`;
}
