export default {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/examples/", "<rootDir>/templates/", "<rootDir>/.local/"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // Pulumi's SDK loads these two for closures, of which there are none here: in Jest every file of tests would load them again.
  moduleNameMapper: {
    "^@npmcli/arborist$|/typescript-shim$": "<rootDir>/test/support/no-closures.ts",
    "/debuggable$": "<rootDir>/test/support/debuggable.ts",
  },
  // A test of the engine waits most of its time for processes of its own; many more at once would only make each other late.
  maxWorkers: 4,
  // What waits for a clock beside others (`test.concurrent`) waits once.
  maxConcurrency: 8,
  testTimeout: 180_000,
};
