import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { trim } from "../../../toolbox/aws-plugin/trim";

const SDK = "github.com/aws/aws-sdk-go-v2/service";
const SERVICE = "github.com/hashicorp/terraform-provider-aws/internal/service";

/** As little of the provider's source as has something of every kind that is cut or left out. */
const SOURCE: Record<string, string> = {
  "go.mod": `require (\n\t${SDK}/sqs v1.42.0\n\t${SDK}/acm v1.37.0\n\t${SDK}/signin v1.0.0 // indirect\n)\n`,
  LICENSE: "MPL\n",
  "README.md": "readme\n",
  "website/docs/index.md": "docs\n",
  "names/names.go": "package names\n",
  "names/names_test.go": "package names\n",
  "internal/acctest/acctest.go": "package acctest\n",
  "internal/conns/awsclient_gen.go":
    `import (\n\t"${SDK}/acm"\n\t"${SDK}/sqs"\n)\n\n` +
    "func (c *AWSClient) ACMClient(ctx context.Context) *acm.Client {\n\treturn acm1\n}\n\n" +
    "func (c *AWSClient) SQSClient(ctx context.Context) *sqs.Client {\n\treturn sqs1\n}\n",
  "internal/provider/sdkv2/service_packages_gen.go":
    `import (\n\t"${SERVICE}/acm"\n\t"${SERVICE}/sqs"\n)\n` +
    "\t\tacm.ServicePackage(ctx),\n\t\tsqs.ServicePackage(ctx),\n",
  "internal/service/smarterr.hcl": "config\n",
  "internal/service/acm/certificate.go": "package acm\n",
  "internal/service/lambda/function.go":
    `\ttfec2 "${SERVICE}/ec2"\n\tec2Conn := meta.(*conns.AWSClient).EC2Client(ctx)\n` +
    '\t\tdefaultSG, err := tfec2.FindSecurityGroupByNameAndVPCID(ctx, ec2Conn, "default", vpcID)\n' +
    "\t\tif err != nil || defaultSG == nil {\n" +
    '\t\t\treturn fmt.Errorf("finding VPC (%s) default security group: %w", vpcID, err)\n\t\t}\n' +
    "\t\treplacementSGIDs = []string{aws.ToString(defaultSG.GroupId)}\n",
  "internal/service/sqs/queue.go":
    "MinTimeout:                5 * time.Second, // after a change\n" +
    "ContinuousTargetOccurence: 15, // deleted\nMinTimeout:                3 * time.Second,\n",
  "internal/service/sqs/queue_test.go": "package sqs\n",
  "internal/service/sqs/sweep.go": "package sqs\n",
  "internal/service/sqs/testdata/main.tf": "resource\n",
};

describe("what is built of the Terraform provider", () => {
  let directory: string;
  const read = (file: string): string => readFileSync(path.join(directory, "copy", file), "utf8");
  const has = (file: string): boolean => existsSync(path.join(directory, "copy", file));

  const lay = (files: Record<string, string>): void => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(directory, "source", file)), { recursive: true });
      // As in Go's module cache, where nothing can be written.
      writeFileSync(path.join(directory, "source", file), text, { mode: 0o444 });
    }
  };
  const copy = (): Promise<void> => trim(path.join(directory, "source"), path.join(directory, "copy"));

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "trim-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test("is the services that the receiver uses, and none of their tests", async () => {
    lay(SOURCE);
    await copy();
    for (const file of ["LICENSE", "names/names.go", "internal/service/smarterr.hcl", "internal/service/sqs/queue.go"])
      expect([file, has(file)]).toEqual([file, true]);
    for (const file of [
      "README.md",
      "website",
      "names/names_test.go",
      "internal/acctest",
      "internal/service/acm",
      "internal/service/sqs/queue_test.go",
      "internal/service/sqs/sweep.go",
      "internal/service/sqs/testdata",
    ])
      expect([file, has(file)]).toEqual([file, false]);
  });

  test("names no other service and no other client", async () => {
    lay(SOURCE);
    await copy();
    expect(read("internal/conns/awsclient_gen.go")).toBe(
      `import (\n\t"${SDK}/sqs"\n)\n\n` +
        "func (c *AWSClient) SQSClient(ctx context.Context) *sqs.Client {\n\treturn sqs1\n}\n",
    );
    expect(read("internal/provider/sdkv2/service_packages_gen.go")).toBe(
      `import (\n\t"${SERVICE}/sqs"\n)\n\t\tsqs.ServicePackage(ctx),\n`,
    );
    expect(read("go.mod")).toBe(`require (\n\t${SDK}/sqs v1.42.0\n\t${SDK}/signin v1.0.0 // indirect\n)\n`);
    expect(read("internal/service/lambda/function.go")).not.toMatch(/ec2Conn|tfec2/);
  });

  test("waits for a queue as long as a local one needs", async () => {
    lay(SOURCE);
    await copy();
    expect(read("internal/service/sqs/queue.go")).toBe(
      "MinTimeout:                200 * time.Millisecond, // after a change\n" +
        "ContinuousTargetOccurence: 3, // deleted\nMinTimeout:                200 * time.Millisecond,\n",
    );
  });

  test("is refused where another version has other text in the place of a cut", async () => {
    lay({ ...SOURCE, "internal/service/sqs/queue.go": "MinTimeout: 7 * time.Second,\n" });
    await expect(copy()).rejects.toThrow('has no "MinTimeout:');
  });

  test("is refused where a generated file has nothing to cut", async () => {
    lay({ ...SOURCE, "go.mod": "module other\n" });
    await expect(copy()).rejects.toThrow("nothing to cut in go.mod");
  });
});
