import { parseConfig, type ReceiverConfig } from "../../../receiver/self-hosted/config";

export const SECRET = "test-signing-secret";
export const PREVIOUS = "test-previous-secret";

process.env.TEST_SIGNING_SECRET = SECRET;

type Loose = Record<string, unknown>;

/** One relay to a loopback destination, quick to retry; everything can be overridden. */
export function configFor(
  url: string,
  overrides: Loose = {},
  destination: Loose = {},
  relay: Loose = {},
): ReceiverConfig {
  return parseConfig(
    {
      listen: { port: 0 },
      observe: { port: 0 },
      logLevel: "error",
      stopGraceSeconds: 2,
      relays: [
        {
          name: "airkit",
          secrets: [{ env: "TEST_SIGNING_SECRET" }],
          destination: { url, allowLoopbackHttp: true, firstRetrySeconds: 0.02, maxRetrySeconds: 0.2, ...destination },
          ...relay,
        },
      ],
      ...overrides,
    },
    "the test",
  );
}
