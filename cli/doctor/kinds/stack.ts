import { createRequire } from "node:module";
import path from "node:path";
import * as z from "zod";
import { RelayError } from "../../../providers/lifecycle/errors";
import { isOfNode } from "../../project-folder";
import { Pulumi } from "../../pulumi";
import { counted, list } from "../../words";
import { checksOf, fail, ok, skip, warn } from "../check";
import { type Config, readConfig } from "../config";
import { defaultSettings } from "../default-settings";
import { once } from "../once";
import { outputOf } from "../output-of";
import { type State, readState } from "../state";
import type { Subject } from "../subject";
import { OLDEST_NODE, OLDEST_PULUMI, OLDEST_SDK, isOlder } from "../versions";

/** Where the programs are called: in which folder, for which stack. */
export interface Where {
  readonly cwd: string;
  /** Left out, the stack that is selected there. */
  readonly stack: string | undefined;
  /** How long one command may take. */
  readonly timeoutMs: number;
}

/** The stack: its state and config, and the programs that work on it. */
export class StackSubject implements Subject {
  readonly kind = "stack";

  private readonly pulumi: Pulumi;

  constructor(readonly where: Where) {
    this.pulumi = new Pulumi(where);
  }

  get name(): string {
    return this.where.stack ?? "the selected one";
  }

  readonly state = once(async (): Promise<State> =>
    readState(await this.pulumi.run(["stack", "export", "--show-secrets"])),
  );

  readonly config = once(async (): Promise<Config> =>
    readConfig(await this.pulumi.run(["config", "--show-secrets", "--json"])),
  );

  /** As in a program of another language than Node's, which its state tells, or its project file before there is one. */
  async usesPluginAlone(): Promise<boolean> {
    const { resources } = await this.state().catch(() => ({ resources: [] }));
    const types = new Set(resources.map(({ type }) => type));
    if (types.has("pulumi:providers:pulumi-nodejs")) return false;
    return types.has("pulumi:providers:kustomer-relay") || !isOfNode(this.where.cwd);
  }

  /** `3.259.0` */
  pulumiVersion(): Promise<string> {
    return this.versionOf("pulumi", "version");
  }

  /** Of the `node` that Pulumi finds, which need not be the one that runs this. */
  nodeVersion(): Promise<string> {
    return this.versionOf("node", "--version");
  }

  private async versionOf(program: string, argument: string): Promise<string> {
    const doing = `ask ${program} for its version`;
    return (await outputOf(program, [argument], { ...this.where, doing })).trim().replace(/^v/, "");
  }
}

const PLUGIN = "not asked: the program is not of Node's, and the provider plugin runs the resources";

export const stackChecks = checksOf("stack", (subject) => subject instanceof StackSubject, [
  {
    name: "pulumi-version",
    asks: `The Pulumi CLI is there, and is ${OLDEST_PULUMI} or later.`,
    remedy: "Install a newer one: `pulumi about` shows which is found.",
    async look(stack) {
      const version = await stack.pulumiVersion();
      if (!isOlder(version, OLDEST_PULUMI)) return ok(`Pulumi ${version}`);
      return warn(
        `Pulumi ${version} is older than any version that this package is tested with`,
        `install ${OLDEST_PULUMI} or later`,
      );
    },
  },
  {
    name: "node-version",
    asks: `The \`node\` on the PATH, which runs the resources, is ${OLDEST_NODE} or later.`,
    remedy: "Put a newer one first on the PATH of whatever runs Pulumi.",
    async look(stack) {
      if (await stack.usesPluginAlone()) return skip(PLUGIN);
      const version = await stack.nodeVersion();
      if (!isOlder(version, OLDEST_NODE)) return ok(`Node ${version}`);
      return fail(
        `the node that Pulumi finds on the PATH is ${version}`,
        `put Node ${OLDEST_NODE} or later first on the PATH`,
      );
    },
  },
  {
    name: "package-versions",
    asks: "The program's folder has this package, in the version of the doctor, and a Pulumi SDK that goes with it.",
    remedy: "`npm install pulumi-kustomer-relay @pulumi/pulumi` in the program's folder.",
    async look(stack) {
      if (await stack.usesPluginAlone()) return skip(PLUGIN);
      const { where } = stack;
      const own = installed(where.cwd, "pulumi-kustomer-relay");
      const sdk = installed(where.cwd, "@pulumi/pulumi");
      if (own === undefined || sdk === undefined)
        return fail(
          `${own === undefined ? "pulumi-kustomer-relay" : "@pulumi/pulumi"} is not installed in ${where.cwd}: Pulumi cannot run the resources`,
          "run `npm install` there, or name the program's folder with --cwd",
        );
      if (isOlder(sdk, OLDEST_SDK))
        return fail(`@pulumi/pulumi is ${sdk}`, `npm install @pulumi/pulumi@^${OLDEST_SDK}`);
      const ours = installed(__dirname, "pulumi-kustomer-relay");
      if (own !== ours)
        return warn(
          `the program has pulumi-kustomer-relay ${own}, this doctor is of ${ours ?? "another"}`,
          "run the program's own: `npx kustomer-relay doctor` in its folder",
        );
      return ok(`pulumi-kustomer-relay ${own}, @pulumi/pulumi ${sdk}`);
    },
  },
  {
    name: "stack-readable",
    asks: "The stack's state and config can be read and decrypted, and the state holds something of this package.",
    remedy:
      "Log in to the backend (`pulumi login`), select the stack (`--stack`), and give the passphrase (`PULUMI_CONFIG_PASSPHRASE`).",
    async look(stack) {
      const [{ resources }] = await Promise.all([stack.state(), stack.config()]).catch((error: unknown) => {
        throw error instanceof RelayError
          ? new RelayError({
              doing: error.doing,
              what: error.what,
              said: error.said,
              next:
                error.next ??
                "log in, select the stack (--stack, --cwd), and make sure that its secrets can be decrypted",
            })
          : error;
      });
      const own = resources.filter(({ type }) =>
        /^(pulumi-nodejs:(kustomer|airkit|receiver)|kustomer-relay:index):/.test(type),
      );
      if (own.length > 0) return ok(`${counted(own.length, "resource")} of this package`);
      return warn("the state has no resource of this package", "name another stack with --stack, or run `pulumi up`");
    },
  },
  {
    name: "stack-finished",
    asks: "The last run finished: nothing is pending, half made, or waiting to be deleted.",
    remedy: "`pulumi up` continues where it stopped; [webhook.md](webhook.md#a-run-was-killed) has the rest.",
    needs: ["stack-readable"],
    async look(stack) {
      const { resources, pendingOperations } = await stack.state();
      const unfinished = resources.filter(({ initErrors }) => initErrors.length > 0);
      if (unfinished.length > 0)
        return fail(
          unfinished.map(({ name, initErrors }) => `${name} is not as declared: ${initErrors.join("; ")}`).join("; "),
          "correct the cause, then run `pulumi up`",
        );
      if (pendingOperations.length > 0)
        return warn(
          `a run was killed in the middle of ${list(pendingOperations)}`,
          "run `pulumi up`, then `pulumi refresh --yes --clear-pending-creates`",
        );
      const waiting = resources.filter(({ pendingDelete }) => pendingDelete);
      if (waiting.length > 0)
        return warn(
          `still to be deleted after a replacement: ${list(waiting.map(({ name }) => name))}`,
          "run `pulumi up`",
        );
      return ok("nothing is left over from an earlier run");
    },
  },
  {
    name: "settings-current",
    asks: "`pulumi refresh` and `pulumi destroy` use the current settings: they take those of the last `up`.",
    remedy: "`pulumi up`; [settings-and-providers.md](settings-and-providers.md#the-management-key-changes) says why.",
    needs: ["stack-readable"],
    async look(stack) {
      const [state, config] = await Promise.all([stack.state(), stack.config()]);
      const settings = defaultSettings(state, config);
      if (settings === undefined) return ok("no resource takes its settings from stack config");
      const { then, now } = settings;
      const changed = Object.keys({ ...then, ...now }).filter((key) => then[key] !== now[key]);
      if (changed.length === 0) return ok("stack config has not changed since the last up");
      return warn(
        `${list(changed)} changed since the last up: refresh and destroy still use the old value`,
        "run `pulumi up`",
      );
    },
  },
]);

const withVersion = z.object({ version: z.string() });

/** As the program finds it; `undefined` where it does not. */
function installed(cwd: string, name: string): string | undefined {
  const require = createRequire(path.join(path.resolve(cwd), "package.json"));
  try {
    return withVersion.parse(require(`${name}/package.json`)).version;
  } catch {
    return undefined;
  }
}
