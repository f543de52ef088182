import { ensureTools, ToolError } from "../toolbox/aws-local";

/**
 * Makes sure that the hosted functions can run on this machine before the tests that run them start. Where they cannot, it
 * says why and ends well: those tests then fail, all others still run.
 */
ensureTools()
  .then(({ runtimeClient: { standsInBecause } }) => {
    if (standsInBecause !== undefined)
      console.error(`A loop stands in for AWS's Lambda runtime interface client: ${standsInBecause}`);
  })
  .catch((error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    console.error(`The tests under test/receiver/aws-local will fail. ${error.message}`);
  });
