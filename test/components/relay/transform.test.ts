import { expect, test } from "@jest/globals";
import { transformed } from "../../../components/relay/transform";

const args = { name: "one", url: "https://example.com" };
const opts = { protect: false };

test("without a last word a child is as the relay declares it", () => {
  expect(transformed(undefined, "support-webhook", args, opts)).toEqual(["support-webhook", args, opts]);
});

test("an object is merged over the arguments", () => {
  expect(transformed({ name: "two" }, "support-webhook", args, opts)).toEqual([
    "support-webhook",
    { ...args, name: "two" },
    opts,
  ]);
});

test("a function changes the child's own arguments and options, not those it was given", () => {
  const [, changedArgs, changedOpts] = transformed(
    (own, ownOpts, name) => {
      own.name = `${own.name} of ${name}`;
      ownOpts.protect = true;
    },
    "support-webhook",
    args,
    opts,
  );
  expect(changedArgs).toEqual({ ...args, name: "one of support-webhook" });
  expect(changedOpts).toEqual({ protect: true });
  expect(args.name).toBe("one");
  expect(opts.protect).toBe(false);
});
