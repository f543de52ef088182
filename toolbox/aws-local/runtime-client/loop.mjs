/** The Runtime API as AWS documents it, in a loop: what runs a handler where AWS's own client cannot be built. */
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const { fetch } = globalThis;
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const [file, name] = process.argv[2].split(".");
const describe = (error) =>
  JSON.stringify({
    errorType: error?.name,
    errorMessage: error?.message ?? String(error),
    trace: error?.stack?.split("\n"),
  });
const post = (path, body) => fetch(`${api}/${path}`, { method: "POST", body });

let handler;
try {
  handler = createRequire(join(process.env.LAMBDA_TASK_ROOT, "/"))(`./${file}.js`)[name];
} catch (error) {
  await post("init/error", describe(error));
  throw error;
}
for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const [id, deadline] = ["aws-request-id", "deadline-ms"].map((header) =>
    next.headers.get(`lambda-runtime-${header}`),
  );
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => Number(deadline) - Date.now() };
  try {
    await post(`invocation/${id}/response`, JSON.stringify(await handler(await next.json(), context)));
  } catch (error) {
    await post(`invocation/${id}/error`, describe(error));
  }
}
