import { scaledClock } from "./clock";

interface Bundle {
  readonly handler: (event: unknown, context: unknown) => unknown;
}

/**
 * The bundle as it is shipped, on a clock that runs faster. It takes its clock when it is loaded, so only that moment sees
 * another one: Lambda's deadline and the signatures of its requests go by the real one.
 */
function load(file: string): Bundle {
  const real = Date.now;
  Date.now = scaledClock(process.env);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- The file is named by the environment.
    return require(file) as Bundle;
  } finally {
    Date.now = real;
  }
}

export const { handler } = load(process.env.LOCAL_BUNDLE ?? "");
