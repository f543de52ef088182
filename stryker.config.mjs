/**
 * `npm run mutants`, by hand: changes the code of what must not be wrong, one place at a time, and shows which changes no unit
 * test notices (report in .local/mutants). The text of messages is left alone.
 */
export default {
  mutate: [
    "providers/lifecycle/{ownership,validate,differences}.ts",
    "receiver/{signature,envelope,intake,attempt,circuit,outgoing}.ts",
    "receiver/aws/{claims,message}.ts",
  ],
  mutator: { excludedMutations: ["StringLiteral"] },
  testRunner: "jest",
  jest: { configFile: "jest.mutants.config.mjs", enableFindRelatedTests: false },
  coverageAnalysis: "perTest",
  concurrency: 1,
  incremental: true,
  incrementalFile: ".local/mutants/incremental.json",
  reporters: ["clear-text", "html"],
  clearTextReporter: { allowColor: false, logTests: false },
  htmlReporter: { fileName: ".local/mutants/report.html" },
  tempDirName: ".local/mutants/work",
  // The tests of functions for Lambda run what was built.
  ignorePatterns: ["examples", "docs", "bench"],
};
