import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";

const fixture = (name: string): string => path.join(__dirname, "../fixtures", name);

/** The authority that signed both certificates: `NODE_EXTRA_CA_CERTS` for a process that is to trust it. */
export const AUTHORITY = fixture("ca.pem");

/** A TLS server on this machine that refuses whatever comes. */
export async function httpsServer(
  certificate: "localhost.pem" | "expired.pem",
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(
    { cert: readFileSync(fixture(certificate)), key: readFileSync(fixture("localhost.key")) },
    (_, response) => response.writeHead(401).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/hook`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
