import path from "node:path";
import { repoRoot } from "../../toolbox/pulumi/places";

/** What is read of Jest's results. */
interface Results {
  readonly startTime: number;
  readonly testResults: readonly {
    readonly testFilePath: string;
    readonly perfStats: { readonly start: number; readonly end: number };
  }[];
}

/** Ends a run of Jest with a table: the seconds that each file took, the longest first. */
export default class Durations {
  onRunComplete(_contexts: unknown, { testResults, startTime }: Results): void {
    const files = testResults.map(({ testFilePath, perfStats }) => ({
      name: path.relative(path.join(repoRoot(), "test"), testFilePath),
      seconds: (perfStats.end - perfStats.start) / 1000,
    }));
    files.sort((a, b) => b.seconds - a.seconds);
    const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
    const line = (seconds: number, words: string): string => `${seconds.toFixed(1).padStart(8)} s  ${words}`;
    const shown = files.filter(({ seconds }) => seconds >= SHORTEST_SHOWN);
    const rest = files.filter(({ seconds }) => seconds < SHORTEST_SHOWN);
    console.log(
      [
        "",
        ...shown.map(({ seconds, name }) => line(seconds, name)),
        line(
          rest.reduce((sum, { seconds }) => sum + seconds, 0),
          `${rest.length} files of less than ${SHORTEST_SHOWN} s each`,
        ),
        line(total, `in all, done in ${((Date.now() - startTime) / 1000).toFixed(1)} s`),
      ].join("\n"),
    );
  }
}

const SHORTEST_SHOWN = 1;
