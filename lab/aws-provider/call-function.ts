import { sign } from "aws4";
import type { LocalAws } from "./local-aws";

/** Calls a function as the root user does, and waits for it: how it failed, or undefined. */
export async function callFunction(aws: LocalAws, name: string, payload: object): Promise<string | undefined> {
  const path = `/2015-03-31/functions/${name}/invocations`;
  const body = JSON.stringify(payload);
  const { host } = new URL(aws.endpoint);
  const root = { accessKeyId: "test", secretAccessKey: "test" };
  const { headers = {} } = sign({ method: "POST", host, path, service: "lambda", region: "us-east-1", body }, root);
  const answer = await aws.send("POST", path, headers as Record<string, string>, body);
  return answer.status === 200 && !answer.body.includes("errorType") ? undefined : `${answer.status} ${answer.body}`;
}
