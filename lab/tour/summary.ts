/** One thing that was to be shown, and whether it was. */
export interface Shown {
  readonly what: string;
  readonly result: string;
  readonly ok: boolean;
  readonly seconds: number;
}

export function table(rows: readonly Shown[]): string {
  const widths = { what: longest(rows.map(({ what }) => what)), result: longest(rows.map(({ result }) => result)) };
  const line = `  ${"-".repeat(widths.what + widths.result + 14)}`;
  const body = rows.map(
    ({ what, result, ok, seconds }) =>
      `  ${ok ? "ok  " : "FAIL"} ${what.padEnd(widths.what)}  ${result.padEnd(widths.result)} ${seconds.toFixed(1).padStart(6)} s`,
  );
  return [line, ...body, line].join("\n");
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}
