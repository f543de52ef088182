import { checksOf, fail, ok, warn } from "../check";
import { list } from "../words";

export const airkitChecks = checksOf("Airkit object", [
  {
    name: "airkit-steps",
    asks: "A person has nothing left to do in Airkit's console.",
    remedy:
      "`pulumi stack output operatorSteps` lists the steps, field by field, with the command that records each as done.",
    look({ steps }) {
      const [step] = steps;
      if (step === undefined) return ok("nothing left to do by hand");
      return warn(`left to a person: ${step.title}`, `${step.consolePath}; when done: ${step.done}`);
    },
  },
  {
    name: "airkit-object",
    asks: "The object is in Airkit as the state has it (console driver).",
    remedy: "`pulumi refresh`, then `pulumi up`.",
    concerns: ({ driver }) => driver === "console",
    async look(object) {
      const changed = await object.drift();
      if (changed === undefined)
        return fail("it no longer exists in Airkit", "run `pulumi refresh`, then `pulumi up` makes a new one");
      if (changed.length === 0) return ok("as the state has it");
      return fail(`differs in ${list(changed)}`, "run `pulumi refresh`, then `pulumi up` puts it back");
    },
  },
  {
    name: "routing-flow-secret",
    asks: "The Routing Flow was given the signing secret of a webhook of this stack.",
    remedy: "`pulumi up`; with an operator, the steps it lists.",
    concerns: ({ signingSecret, secretsInUse }) => signingSecret !== undefined && secretsInUse.length > 0,
    look({ signingSecret = "", secretsInUse }) {
      if (secretsInUse.includes(signingSecret)) return ok("a webhook of this stack signs with its secret");
      return fail("no webhook of this stack signs with its secret", "run `pulumi up`");
    },
  },
]);
