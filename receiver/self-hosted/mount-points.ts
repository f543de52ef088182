import { readFileSync, realpathSync } from "node:fs";

/**
 * Whether something is mounted exactly there, as Docker does with `-v file:file` and Kubernetes with subPath. Such a file stays
 * the one that it was when it was mounted: another one that is put in its place outside is not seen. Linux alone tells.
 */
export function isMountPoint(file: string): boolean {
  try {
    return mountPoints(readFileSync("/proc/self/mountinfo", "utf8")).has(realpathSync(file));
  } catch {
    return false;
  }
}

/** The fifth field of each line; blanks and the like are written as three octal digits (proc(5)). */
export function mountPoints(mountinfo: string): Set<string> {
  const points = mountinfo.split("\n").map((line) => line.split(" ")[4] ?? "");
  return new Set(
    points.map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    ),
  );
}
