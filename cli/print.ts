import { harmless, harmlessJson, harmlessLines } from "./harmless";

/**
 * Scripts read standard output, so nothing but results goes there. Whatever is printed is made harmless; a line break is kept,
 * so text that others wrote and that is put into a line goes through `harmless` first, or it could forge lines of its own.
 */
export function printLine(text: string): void {
  process.stdout.write(`${harmlessLines(text)}\n`);
}

export function printJson(value: unknown): void {
  printLine(harmlessJson(value, 2));
}

/** What is said to a person beside the results, and why a command failed. */
export function printError(text: string): void {
  process.stderr.write(`${harmlessLines(text)}\n`);
}

/**
 * Whoever reads may have seen enough (`| head`): the work goes on, and its status tells how it ended. What cannot be written for
 * another reason is said in one line.
 */
export function outliveReaders(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.exitCode = 1;
    printError(`Standard output cannot be written: ${error.message}`);
  });
  process.stderr.on("error", () => undefined);
}

/** Columns as wide as their widest cell, two spaces apart. A cell never breaks its row. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(harmless));
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(count) / 10), units.length);
  return `${(count / 1024 ** power).toFixed(1)} ${units[power - 1] ?? ""}`;
}
