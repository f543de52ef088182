import { stat, readFile } from "node:fs/promises";
import type { SigningSecretFileOutputs } from "../../../providers/receiver/signing-secret-file";
import { remember } from "../../../providers/lifecycle/secrets";
import type { StateResource } from "../state";
import type { SubjectOf } from "../subjects";

/** The file out of which a self-hosted receiver reads its signing secrets. */
export class SecretFile implements SubjectOf<"secret file"> {
  readonly kind = "secret file";
  readonly name: string;
  readonly path: string;
  /** The secret that is to be in its first line. */
  readonly secret: string;

  constructor(resource: StateResource) {
    const { path, signingSecret: secret } = resource.outputs as unknown as SigningSecretFileOutputs;
    this.name = resource.name;
    this.path = path;
    this.secret = secret;
  }

  /** `undefined` where there is no such file on this machine. */
  async now(): Promise<{ readonly secrets: string[]; readonly othersMayRead: boolean } | undefined> {
    try {
      const secrets = (await readFile(this.path, "utf8")).split("\n").filter((line) => line !== "");
      remember(...secrets);
      return { secrets, othersMayRead: process.platform !== "win32" && ((await stat(this.path)).mode & 0o077) !== 0 };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
}
