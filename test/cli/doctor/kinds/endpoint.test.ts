import { describe, expect, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import tls from "node:tls";
import type { Result } from "../../../../cli/doctor/examine";
import { startProgram } from "../../../../cli/start-program";
import { temporaryFolder } from "../../../receiver/support/temporary-folder";
import { COMMAND } from "../../../receiver/support/command";
import { testDestination } from "../../../receiver/support/destination";
import { type Fault, testFaults } from "../support/faults";
import { AUTHORITY, httpsServer } from "../support/https";
import type { World } from "../support/world";
import { sendElsewhere } from "../support/break";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();
const noProject = temporaryFolder();

testFaults(
  inOrder,
  "endpoint",
  [
    {
      check: "endpoint-dns",
      when: "the name leads nowhere",
      breaks: (world) => {
        world.edit("relay-webhook", { url: "https://nowhere.invalid/hook" });
      },
      of: "relay-webhook",
      level: "fail",
      says: /nowhere\.invalid cannot be resolved/,
    },
    {
      check: "endpoint-dns",
      when: "what is behind the receiver leads nowhere, seen from here",
      breaks: (world) => {
        world.edit("relay", { destinationUrl: "https://nowhere.invalid/hook" });
      },
      of: "relay →",
      level: "warn",
      says: /cannot be resolved.*seen from here/,
    },
    {
      check: "endpoint-refuses",
      when: "it accepts whatever comes",
      breaks: (world) => sendElsewhere(world, 200),
      of: "relay-webhook",
      level: "fail",
      says: /accepts a wrong signature with 200/,
    },
    {
      check: "endpoint-refuses",
      when: "nothing is there",
      breaks: (world) => {
        world.edit("relay-webhook", { url: "http://127.0.0.1:9/hook" });
      },
      of: "relay-webhook",
      level: "fail",
      says: /ECONNREFUSED/,
    },
    {
      check: "endpoint-refuses",
      when: "nothing is behind the receiver, seen from here",
      breaks: (world) => {
        world.edit("relay", { destinationUrl: "http://127.0.0.1:9/hook" });
      },
      of: "relay →",
      level: "warn",
      says: /ECONNREFUSED.*seen from here/,
    },
    ...([404, 500, 302, 418] as const).map((status): Fault => ({
      check: "endpoint-refuses",
      when: `it answers ${status}`,
      breaks: (world) => sendElsewhere(world, status),
      of: "relay-webhook",
      level: "fail",
      says: new RegExp(`answers ${status}`),
    })),
    {
      check: "endpoint-refuses",
      when: "Airkit accepts whatever comes, because it has no Routing Flow",
      breaks: ({ sandbox }) => {
        for (const { id } of sandbox.airkitObjects("routing-flows")) sandbox.removeAirkitObject("routing-flows", id);
      },
      of: "relay →",
      level: "warn",
      says: /Airkit answers 200.*Routing Flow/,
    },
    {
      check: "secrets-agree",
      when: "the receiver has another secret",
      breaks: async (world) => {
        writeFileSync(world.secretFile, "another-signing-secret\n");
        await world.receiver.reload();
      },
      level: "fail",
      says: /does not know the webhook's signing secret/,
    },
    {
      check: "secrets-agree",
      when: "the webhook sends to Airkit itself",
      breaks: (world) => {
        const relay = world.resources.find(({ name }) => name === "relay");
        world.edit("relay-webhook", { url: relay?.outputs.destinationUrl });
      },
      level: "skip",
      says: /documented nowhere/,
    },
    {
      check: "secrets-agree",
      when: "the endpoint is somebody else's",
      breaks: (world) => sendElsewhere(world, 401),
      level: "skip",
      says: /not a receiver of this package/,
    },
    {
      check: "receiver-ready",
      when: "its store cannot be written",
      breaks: async (world) => {
        const { url, arrivals } = await testDestination((response, { headers }) => {
          const unwell = headers["x-kustomer-webhook-event"] === undefined;
          response.writeHead(unwell ? 503 : 401, { "content-type": "application/json" });
          response.end(
            unwell
              ? '{"status":"unavailable","problem":"the store cannot be written"}'
              : '{"error":"The signature is missing or does not match."}',
          );
        });
        expect(arrivals).toEqual([]);
        world.edit("relay-webhook", { url });
      },
      level: "fail",
      says: /\/healthz answers 503: the store cannot be written/,
    },
  ],
  ["endpoint-certificate"],
);

test("a name that leads nowhere from here is not seen, and no fault, where a proxy leads out", async () => {
  const world = await inOrder();
  world.edit("relay-webhook", { url: "https://nowhere.invalid/hook" });
  process.env.HTTPS_PROXY = "http://127.0.0.1:9";
  try {
    expect(await world.result("endpoint-dns", "relay-webhook")).toMatchObject({
      level: "skip",
      message: expect.stringMatching(
        /^not seen: nowhere\.invalid cannot be resolved here .*a proxy is set \(HTTPS_PROXY\)/,
      ),
    });
  } finally {
    delete process.env.HTTPS_PROXY;
  }
});

test("the authority that NODE_EXTRA_CA_CERTS names is trusted by a command, and no other", async () => {
  const server = await httpsServer("localhost.pem");
  const saidWith = async (trusted: Record<string, string>): Promise<string> => {
    const environment = { KUSTOMER_BASE_URL: new URL(server.url).origin, KUSTOMER_API_KEY: "a-key", ...trusted };
    const { ended } = startProgram(process.execPath, [COMMAND, "import", "--list"], {
      cwd: noProject,
      env: { ...process.env, ...environment },
      timeoutMs: 60_000,
    });
    return (await ended).stderr;
  };
  try {
    expect(await saidWith({ NODE_EXTRA_CA_CERTS: AUTHORITY })).toMatch(/Kustomer answered 401/);
    expect(await saidWith({})).toMatch(/certificate/i);
  } finally {
    await server.close();
  }
});

describe("the certificate of an endpoint", () => {
  const lookAt = async (world: World, url: string): Promise<Result> => {
    world.edit("relay-webhook", { url });
    return world.result("endpoint-certificate");
  };

  test("that nobody here trusts fails", async () => {
    const server = await httpsServer("localhost.pem");
    expect(await lookAt(await inOrder(), server.url)).toMatchObject({
      level: "fail",
      message: expect.stringMatching(/not accepted: \w*(VERIFY|SIGNED|ISSUER)/),
    });
    await server.close();
  });

  test("is ok when it is trusted and good for long, and fails when it has expired", async () => {
    const trusted = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...trusted, readFileSync(AUTHORITY, "utf8")]);
    try {
      const [good, expired] = [await httpsServer("localhost.pem"), await httpsServer("expired.pem")];
      const world = await inOrder();
      expect(await lookAt(world, good.url)).toMatchObject({
        level: "ok",
        message: expect.stringMatching(/valid for \d{4} days/),
      });
      expect(await lookAt(world, expired.url)).toMatchObject({
        level: "fail",
        message: expect.stringMatching(/CERT_HAS_EXPIRED/),
      });
      await good.close();
      await expired.close();
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
  });
});
