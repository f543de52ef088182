/** The last line of `.ci/run`: tests passed, failed and skipped, as Jest's own report counts them. */
import console from "node:console";
import { readFileSync } from "node:fs";
import process from "node:process";

/** A suite that could not even be loaded has no tests to count, but is a failure all the same. */
function countsOf(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function read(file) {
  try {
    return countsOf(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Jest left no report: it never ran, or was killed.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const { passed, failed, skipped } = read(process.argv[2]);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
