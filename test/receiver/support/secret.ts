import { type SigningSecret, signingSecrets } from "../../../receiver/signature";

export function oneSecret(value: string): SigningSecret {
  const [secret] = signingSecrets([value]);
  if (!secret) throw new Error("A test's secret must not be blank.");
  return secret;
}
