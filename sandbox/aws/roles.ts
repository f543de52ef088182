import { sign } from "aws4";
import type { Credentials } from "../../receiver/aws/client";
import { CREDENTIALS, type LocalEngine, REGION } from "./engine";

/** IAM and STS speak the older protocol: a form in, XML out. */
async function ask(
  engine: LocalEngine,
  service: "iam" | "sts",
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const version = service === "iam" ? "2010-05-08" : "2011-06-15";
  const body = new URLSearchParams({ Version: version, ...form }).toString();
  const host = new URL(engine.url).host;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const signed = sign({ host, path: "/", method: "POST", service, region: REGION, headers, body }, CREDENTIALS);
  const answer = await fetch(engine.url, { method: "POST", headers: signed.headers as Record<string, string>, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${form.Action ?? service} answered ${answer.status}: ${text}`);
  return text;
}

/** Makes a role with these inline policies, and takes it: the credentials that Lambda would give a function. */
export async function takeRole(
  engine: LocalEngine,
  name: string,
  trust: object,
  policies: readonly object[],
): Promise<Credentials> {
  const role = await ask(engine, "iam", {
    Action: "CreateRole",
    RoleName: name,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  for (const [index, policy] of policies.entries()) {
    await ask(engine, "iam", {
      Action: "PutRolePolicy",
      RoleName: name,
      PolicyName: `policy-${index}`,
      PolicyDocument: JSON.stringify(policy),
    });
  }
  const taken = await ask(engine, "sts", {
    Action: "AssumeRole",
    RoleArn: textOf(role, "Arn"),
    RoleSessionName: "function",
  });
  return {
    accessKeyId: textOf(taken, "AccessKeyId"),
    secretAccessKey: textOf(taken, "SecretAccessKey"),
    sessionToken: textOf(taken, "SessionToken"),
  };
}

/** From now on moto evaluates the policies of whoever calls, and refuses everybody it does not know. */
export async function enforcePolicies(engine: LocalEngine): Promise<void> {
  const answer = await fetch(`${engine.url}/moto-api/reset-auth`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "0",
  });
  if (!answer.ok) throw new Error(`${engine.name} does not evaluate policies: it answered ${answer.status}`);
}

function textOf(xml: string, element: string): string {
  const [, text] = new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml) ?? [];
  if (text === undefined) throw new Error(`There is no <${element}> in ${xml}`);
  return text;
}
