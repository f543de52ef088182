import { checksOf, fail, ok, skip, warn } from "../check";

export const secretFileChecks = checksOf("secret file", [
  {
    name: "secret-file",
    asks: "The receiver's secret file is there, begins with the webhook's secret, and nobody else may read it.",
    remedy: "`pulumi refresh`, then `pulumi up` on the machine where the file belongs.",
    async look(file) {
      const now = await file.now();
      if (now === undefined) return skip(`${file.path} is not on this machine`);
      if (now.secrets[0] !== file.secret)
        return fail(
          `${file.path} does not begin with the webhook's secret`,
          "run `pulumi refresh`, then `pulumi up` writes it",
        );
      if (now.othersMayRead) return warn(`others may read ${file.path}`, `chmod 600 ${file.path}`);
      return ok(file.path);
    },
  },
]);
