import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { Background } from "./background";

/** Where a receiver that is yet to start will be: the webhook has to know before the receiver knows its destination. */
export interface ReceiverPlan {
  readonly port: number;
  readonly publicUrl: string;
  readonly secretFile: string;
}

export async function planReceiver(directory: string): Promise<ReceiverPlan> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return { port, publicUrl: `http://127.0.0.1:${port}/kustomer`, secretFile: path.join(directory, "signing-secrets") };
}

/** \`npx kustomer-relay receive\`, as somebody who hosts it would start it. */
export async function startReceiver(
  plan: ReceiverPlan,
  destination: string,
  place: { directory: string; keep: boolean },
): Promise<Background> {
  const store = path.join(place.directory, "receiver-store");
  const where = ["--port", String(plan.port), "--store", store, "--secret-file", plan.secretFile];
  const args = ["receive", ...where, "--destination", destination, "--allow-loopback-http", "--json"];
  return (await Background.start("receiver", "../../cli/main.js", args, place)).process;
}
