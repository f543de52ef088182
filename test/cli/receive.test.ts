import { connect } from "node:net";
import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { runCommand, startCommand } from "../receiver/support/command";
import { SECRET } from "../receiver/support/config";
import { testDestination, until } from "../receiver/support/destination";
import { post, send, someEvent } from "../receiver/support/receiver";
import { temporaryFolder } from "../receiver/support/temporary-folder";

const folder = temporaryFolder();

describe("kustomer-relay receive", () => {
  test("takes everything from flags and environment, says one line when ready, and relays", async () => {
    const destination = await testDestination();
    const env = {
      KUSTOMER_RELAY_SECRET: SECRET,
      KUSTOMER_RELAY_STORE: join(folder, "env"),
      KUSTOMER_RELAY_DESTINATION: destination.url,
      KUSTOMER_RELAY_ALLOW_LOOPBACK_HTTP: "true",
    };
    const receiver = await startCommand(["--port", "0", "--path", "/hook"], { env });
    expect(JSON.parse(receiver.firstLine)).toMatchObject({ ready: true, paths: [`${receiver.url}/hook`] });
    const event = someEvent();
    expect((await post(`${receiver.url}/hook`, event.body, { ...event.headers })).status).toBe(200);
    expect((await destination.received(1))[0]?.id).toBe(event.id);
  });

  test("reads its secrets again on SIGHUP", async () => {
    const destination = await testDestination();
    const secrets = join(folder, "secrets");
    writeFileSync(secrets, "the-secret-before");
    const command = `relays:
  - name: airkit
    secrets: [{ command: [cat, ${secrets}] }]
    destination: { url: "${destination.url}", allowLoopbackHttp: true }
store: { folder: ${join(folder, "sighup")} }
listen: { port: 0 }
`;
    const file = join(folder, "receiver.yaml");
    writeFileSync(file, command);
    const receiver = await startCommand(["--config", file]);
    expect((await send(receiver, someEvent(1, 400, "the-secret-before"))).status).toBe(200);
    writeFileSync(secrets, "the-secret-after");
    receiver.child.kill("SIGHUP");
    await until(
      async () => (await send(receiver, someEvent(1, 400, "the-secret-after"))).status === 200,
      "the new secret",
    );
    expect((await send(receiver, someEvent(1, 400, "the-secret-before"))).status).toBe(401);
  });

  test("stops on SIGTERM with status 0: what is in flight is answered, what is queued is there after the next start", async () => {
    const destination = await testDestination((response) => response.writeHead(503).end());
    const flags = [
      "--store",
      join(folder, "stop"),
      "--destination",
      destination.url,
      "--allow-loopback-http",
      "--port",
      "0",
    ];
    const env = { KUSTOMER_RELAY_SECRET: SECRET };
    const first = await startCommand(flags, { env });
    const queued = someEvent(1);
    await send(first, queued);
    const inFlight = someEvent(2);
    const answer = sendSlowly(first.url, inFlight.body, inFlight.headers, () => first.child.kill("SIGTERM"));
    expect(await answer).toMatch(/^HTTP\/1.1 200 /);
    expect(await first.exit()).toBe(0);
    destination.behave((response) => response.writeHead(200).end());
    const before = destination.arrivals.length;
    await startCommand(flags, { env });
    await until(() => destination.arrivals.length >= before + 2, "both events");
    const ids = new Set(destination.arrivals.slice(before).map((arrival) => arrival.id));
    expect(ids).toEqual(new Set([queued.id, inFlight.id]));
  });

  test("says what is wrong with the configuration and ends with status 1, without a stack", () => {
    const { status, stderr, stdout } = runCommand(["receive", "--destination", "http://example.com/"], {}, folder);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Reading .*\n {2}relays\.0\.destination\.url: is plain http/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("says what takes its port", async () => {
    const destination = await testDestination();
    const { port } = new URL(destination.url);
    const flags = [
      "--store",
      join(folder, "port"),
      "--destination",
      destination.url,
      "--allow-loopback-http",
      "--port",
      port,
    ];
    await expect(startCommand(flags)).rejects.toThrow(
      /ended with 1: .*Listening on 127\.0\.0\.1:\d+: .*EADDRINUSE.*--port/s,
    );
  });
});

describe("kustomer-relay", () => {
  test("without a command lists them; with an unknown one or option it ends with status 2 and says where to look", () => {
    expect(runCommand([])).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/receive .*\n.*status/),
    });
    expect(runCommand(["--help"]).status).toBe(0);
    expect(runCommand(["recieve"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^Unknown command 'recieve'\.\n\(Did you mean receive\?\)\nSee kustomer-relay --help\./,
      ),
    });
    expect(runCommand(["status", "--nope"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Unknown option '--nope'\.\nSee kustomer-relay status --help\./),
    });
    expect(runCommand(["status", "--jsno"]).stderr).toContain("(Did you mean --json?)");
    expect(runCommand(["dead-letters", "lst"]).stderr).toContain("(Did you mean list?)");
    expect(runCommand(["doctor", "--only", "webhook-enabld"]).stderr).toContain("Did you mean webhook-enabled?");
  });

  test("tells its version", () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string };
    expect(runCommand(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  test("explains receive with the variable of every option that has one", () => {
    const help = runCommand(["receive", "--help"]).stdout.split(/\n {2}(?=-)/);
    const described = help.flatMap(
      (text) => /^--([a-z-]+)[^]*?env:\s+(KUSTOMER_RELAY_[A-Z_]+)/.exec(text)?.slice(1) ?? [],
    );
    const options = [
      "config",
      "store",
      "host",
      "port",
      "destination",
      "path",
      "secret-file",
      "allow-loopback-http",
      "log-level",
    ];
    expect(described).toEqual(
      options.flatMap((option) => [option, `KUSTOMER_RELAY_${option.toUpperCase().replaceAll("-", "_")}`]),
    );
  });

  test.each(["receive", "status", "dead-letters", "prune", "doctor"])("explains %s with --help", (name) => {
    expect(runCommand([name, "--help"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`Usage: kustomer-relay ${name}`),
    });
  });
});

/** Sends all but the last byte, does something, sends the last byte, and returns the answer. */
function sendSlowly(
  url: string,
  body: Buffer,
  headers: Record<string, string>,
  meanwhile: () => void,
): Promise<string> {
  return new Promise((resolve) => {
    const lines = Object.entries({ ...headers, host: "x", "content-length": String(body.length) });
    let answer = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.on("close", () => {
      resolve(answer);
    });
    socket.write(
      `POST /kustomer HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`,
    );
    socket.write(body.subarray(0, -1));
    setTimeout(meanwhile, 100);
    setTimeout(() => socket.write(body.subarray(-1)), 300);
  });
}
