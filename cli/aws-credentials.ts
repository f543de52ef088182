import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Credentials } from "../receiver/aws/client";

const run = promisify(execFile);

const WHAT_TO_DO =
  "No AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with the AWS CLI version 2 (aws sso login).";

/** The environment's, else what the AWS CLI knows of: profiles, SSO, roles to be assumed. */
export async function awsCredentials(environment: NodeJS.ProcessEnv = process.env): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  }
  // What it prints is a secret, so nothing of it goes into the error.
  const asked = run("aws", ["configure", "export-credentials", "--format", "process"], { env: environment });
  const exported = await asked.then(
    ({ stdout }) => JSON.parse(stdout) as Record<string, unknown>,
    () => undefined,
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = exported ?? {};
  if (typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string") throw new Error(WHAT_TO_DO);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === "string" && { sessionToken: SessionToken }),
  };
}
