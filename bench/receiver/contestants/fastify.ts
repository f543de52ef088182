import fastify from "fastify";
import { signingSecrets, verify } from "../../../receiver/signature";

const secrets = signingSecrets([process.env.BENCH_SECRET ?? ""]);
const server = fastify();

/** What most would write first: fastify, the raw body, the signature, no store. */
server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
  done(null, body);
});
server.post("/kustomer", (request, reply) => {
  const signature = String(request.headers["x-kustomer-webhook-signature"]);
  const { verified } = verify(request.body as Buffer, signature, secrets);
  void reply.code(verified ? 200 : 401).send({});
});
void server.listen({ port: Number(process.argv[2]), host: "127.0.0.1" }).then(() => process.stdout.write("ready\n"));
