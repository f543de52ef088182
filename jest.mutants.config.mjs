import base from "./jest.config.mjs";

/** The unit tests of what is mutated: thousands of runs have to be short. */
export default {
  ...base,
  testMatch: [
    "<rootDir>/test/providers/lifecycle/{ownership,validate,differences}.test.ts",
    "<rootDir>/test/receiver/{signature,envelope,intake,attempt,circuit,delivery}.test.ts",
    "<rootDir>/test/receiver/aws/{claims,message}.test.ts",
  ],
};
