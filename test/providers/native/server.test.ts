import { credentials } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { type Method, type Serving, serve } from "../../../providers/native/server";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server whose one call is answered as `method` says, and that call: on its way. */
async function calling(method: Method): Promise<{ serving: Serving; answer: Promise<PluginInfo> }> {
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const getPluginInfo: Method = (request) => {
    begin(undefined);
    return method(request);
  };
  const serving = await serve({ getPluginInfo }, () => Promise.resolve());
  const client = new ResourceProviderClient(`127.0.0.1:${serving.port}`, credentials.createInsecure());
  closing.push(() => {
    client.close();
    serving.close();
  });
  const answer = new Promise<PluginInfo>((resolve, reject) => {
    client.getPluginInfo(new Empty(), (error, info) => {
      if (error === null) resolve(info);
      else reject(error);
    });
  });
  answer.catch(() => undefined);
  await begun;
  return { serving, answer };
}

test("what has begun is waited for, until it is answered", async () => {
  const { promise: work, resolve: finish } = Promise.withResolvers<PluginInfo>();
  const { serving, answer } = await calling(() => work);
  let isIdle = false;
  const idle = serving.idle(60_000).then(() => (isIdle = true));
  await new Promise(setImmediate);
  expect(isIdle).toBe(false);
  finish(new PluginInfo().setVersion("1.2.3"));
  await idle;
  expect((await answer).getVersion()).toBe("1.2.3");
});

test("an error with half a character in it, as a text that was cut has one, is answered all the same", async () => {
  const { answer } = await calling(() => Promise.reject(new Error("named \ud83d")));
  await expect(answer).rejects.toMatchObject({ details: expect.stringContaining("named \ufffd") as unknown });
});

test("a call that never ends keeps nobody for longer than it may", async () => {
  const { serving } = await calling(() => new Promise(() => undefined));
  await expect(serving.idle(50)).resolves.toBeUndefined();
});
