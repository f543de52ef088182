import { expect, test } from "@jest/globals";
import { stderrReporter } from "../../../toolbox/pulumi/report";

test("on a terminal progress rewrites one line that never wraps, and a lasting line takes its place", () => {
  let written = "";
  const reporter = stderrReporter({ isTTY: true, columns: 20, write: (text) => (written += text) });

  reporter.progress("building");
  reporter.progress("still building, and long");
  reporter.line("done");

  expect(written).toBe("\r\u001b[2Kbuilding\r\u001b[2Kstill building, and\r\u001b[2Kdone\n");
});

test("in a log progress is one line in fifteen seconds, and one at once for what is new", () => {
  let [written, now] = ["", 0];
  const reporter = stderrReporter({ write: (text) => (written += text) }, () => now);

  for (; now < 40_000; now += 1_000) reporter.progress(`${now / 1_000} s`);

  reporter.progress("something new", true);

  expect(written).toBe("0 s\n15 s\n30 s\nsomething new\n");
});
