/** The oldest CLI whose behaviour towards our dynamic providers has been checked. */
export const OLDEST_PULUMI = "3.250.0";
/** What `engines` and `peerDependencies` of the package say, for a message. */
export const OLDEST_NODE = "22.19.0";
export const OLDEST_SDK = "3.268.0";

export function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbers(version), numbers(than)];
  const differing = left.findIndex((number, place) => number !== right[place]);
  return differing >= 0 && (left[differing] ?? 0) < (right[differing] ?? 0);
}

function numbers(version: string): number[] {
  const [, ...parts] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return parts.map(Number);
}
