import { readFile, stat } from "node:fs/promises";
import type { SigningSecretFileOutputs } from "../../../providers/receiver/signing-secret-file";
import { remember } from "../../../providers/lifecycle/secrets";
import { checksOf, fail, ok, skip, warn } from "../check";
import type { StateResource } from "../state";
import type { Subject } from "../subject";

/** The file out of which a self-hosted receiver reads its signing secrets. */
export class SecretFile implements Subject {
  readonly kind = "secret file";
  readonly name: string;
  readonly path: string;
  /** The secret that is to be in its first line. */
  readonly signingSecret: string;

  constructor(resource: StateResource) {
    const { path, signingSecret } = resource.outputs as unknown as SigningSecretFileOutputs;
    this.name = resource.name;
    this.path = path;
    this.signingSecret = signingSecret;
  }

  /** `undefined` where there is no such file on this machine. */
  async now(): Promise<{ readonly secrets: string[]; readonly othersMayRead: boolean } | undefined> {
    try {
      const secrets = (await readFile(this.path, "utf8")).split("\n").filter((line) => line !== "");
      remember(...secrets);
      return { secrets, othersMayRead: process.platform !== "win32" && ((await stat(this.path)).mode & 0o007) !== 0 };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
}

export const secretFileChecks = checksOf("secret file", (subject) => subject instanceof SecretFile, [
  {
    name: "secret-file",
    asks: "The receiver's secret file is there, begins with the secret that the state has, and only its owner and group may read it.",
    remedy: "`pulumi refresh`, then `pulumi up` on the machine where the file belongs.",
    async look(file) {
      const now = await file.now();
      if (now === undefined) return skip(`${file.path} is not on this machine`);
      if (now.secrets[0] !== file.signingSecret)
        return fail(
          `${file.path} does not begin with the signing secret that the state has`,
          "run `pulumi refresh`, then `pulumi up` to write it",
        );
      if (now.othersMayRead) return warn(`others may read ${file.path}`, `chmod o-rwx ${file.path}`);
      return ok(file.path);
    },
  },
]);
