import { OLDEST_PULUMI } from "../../cli/doctor/versions";

/** What is downloaded or built where nothing suitable is installed. The go.mod files beside this one pin the same version. */
export const engineVersion = "3.259.0";

export const minimumVersion = OLDEST_PULUMI;

type Version = readonly [major: number, minor: number, patch: number];

function parse(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

export function isVersion(text: string): boolean {
  return parse(text) !== undefined;
}

export function compareVersions(a: string, b: string): number {
  const left = parse(a) ?? [0, 0, 0];
  const right = parse(b) ?? [0, 0, 0];
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** Why a version will not do, or undefined when it will. */
export function unsuitable(text: string): string | undefined {
  const version = parse(text);
  if (!version) return `"${text}" is not a version`;
  // The SDK speaks to one major version only, so a newer major is as wrong as an old minor.
  if (version[0] !== parse(engineVersion)?.[0]) return `version ${text} is another major version than ${engineVersion}`;
  if (compareVersions(text, minimumVersion) < 0) return `version ${text} is older than ${minimumVersion}`;
  return undefined;
}
