import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * What is built of the Terraform provider's source. The whole has 263 services and 845 packages of AWS's SDK, hours of
 * building; the hosted receiver touches nine. Those are copied whole. What joins them to the others is cut in the
 * few places below, and every cut is a replacement of text that has to be there, so that another version cannot slip through.
 */
export const services = ["cloudwatch", "dynamodb", "events", "iam", "kms", "lambda", "logs", "secretsmanager", "sqs"];

const clientNames: Readonly<Record<string, string>> = { events: "eventbridge", logs: "cloudwatchlogs" };

/** Clients of AWS's SDK: those that the services call, and the one that the provider's own core names. */
const clients = new Set([...services.map((service) => clientNames[service] ?? service), "s3"]);

/** Modules of AWS's SDK: those of the clients, and what else the core imports. */
const modules = new Set([
  ...clients,
  "apigatewayv2",
  "imagebuilder",
  "licensemanager",
  "rds",
  "resourcegroupstaggingapi",
  "route53resolver",
  "sts",
]);

/** Acceptance tests, generators of the source, and sweepers of test accounts. */
const leftOut = /(?:_test\.go|^sweep\.go)$/;

const rootFiles = new Set(["go.mod", "LICENSE"]);
const directories = new Set(["internal", "names", "version", "xpprovider"]);
const innerLeftOut = new Set(["acctest", "generate", "sweep"]);

interface Cut {
  file: string;
  /** Gives the text without what is cut. */
  apply: (text: string) => string;
}

const sdk = "github.com/aws/aws-sdk-go-v2/service/";
const provider = "github.com/hashicorp/terraform-provider-aws/internal/service/";

const cuts: readonly Cut[] = [
  // One import and one method for each client of the SDK.
  {
    file: "internal/conns/awsclient_gen.go",
    apply: (text) =>
      keepOnly(
        keepOnly(text, new RegExp(`^\\t(?:\\w+ )?"${sdk}(\\w+)"\\n`, "gm"), clients),
        /^func \(c \*AWSClient\) \w+\(ctx context\.Context\) \*(\w+)\.Client \{\n.*\n\}\n\n?/gm,
        clients,
      ),
  },
  // One import and one entry for each service.
  {
    file: "internal/provider/sdkv2/service_packages_gen.go",
    apply: (text) =>
      keepOnly(
        keepOnly(text, new RegExp(`^\\t"${provider}(\\w+)"\\n`, "gm"), new Set(services)),
        /^\t\t(\w+)\.ServicePackage\(ctx\),\n/gm,
        new Set(services),
      ),
  },
  // One requirement for each client. The build needs no other; without this, all their go.mod files would be fetched.
  { file: "go.mod", apply: (text) => keepOnly(text, new RegExp(`^\\t${sdk}(\\w+) v\\S+\\n`, "gm"), modules) },
  // `replace_security_groups_on_destroy` of a function asks EC2 for the default group of the VPC.
  {
    file: "internal/service/lambda/function.go",
    apply: (text) =>
      replaceAll(text, [
        [`\ttfec2 "${provider}ec2"\n`, ""],
        ["\tec2Conn := meta.(*conns.AWSClient).EC2Client(ctx)\n", ""],
        [
          `		defaultSG, err := tfec2.FindSecurityGroupByNameAndVPCID(ctx, ec2Conn, "default", vpcID)
		if err != nil || defaultSG == nil {
			return fmt.Errorf("finding VPC (%s) default security group: %w", vpcID, err)
		}
		replacementSGIDs = []string{aws.ToString(defaultSG.GroupId)}
`,
          '		return fmt.Errorf("finding VPC (%s) default security group: EC2 is not in this build", vpcID)\n',
        ],
      ]),
  },
  // SQS is slow to agree with itself, so the provider looks again and again: until a change was there 6 times, 5 s apart, and
  // a queue gone 15 times, 3 s to 10 s apart. A local SQS agrees at once: that would be minutes of sleep a run.
  {
    file: "internal/service/sqs/queue.go",
    apply: (text) =>
      replaceAll(text, [
        ["MinTimeout:                5 * time.Second,", "MinTimeout:                200 * time.Millisecond,"],
        ["MinTimeout:                3 * time.Second,", "MinTimeout:                200 * time.Millisecond,"],
        ["ContinuousTargetOccurence: 15,", "ContinuousTargetOccurence: 3,"],
      ]),
  },
];

/** Copies what is needed of the provider's source, and makes the cuts in the copy. */
export async function trim(source: string, destination: string): Promise<void> {
  const copy = async (directory: string): Promise<void> => {
    await mkdir(path.join(destination, directory), { recursive: true });
    for (const entry of await readdir(path.join(source, directory), { withFileTypes: true })) {
      const name = path.join(directory, entry.name);
      if (!isNeeded(name, entry.isDirectory())) continue;
      if (entry.isDirectory()) await copy(name);
      // Not copyFile: files of Go's module cache are read-only, and a copy would be too.
      else await writeFile(path.join(destination, name), await readFile(path.join(source, name)));
    }
  };
  await copy("");
  for (const { file, apply } of cuts) {
    const name = path.join(destination, file);
    const text = await readFile(name, "utf8");
    const cut = apply(text);
    if (cut === text)
      throw new Error(`there is nothing to cut in ${file} of the Terraform provider: is it another version?`);
    await writeFile(name, cut);
  }
}

function isNeeded(name: string, isDirectory: boolean): boolean {
  const [first = "", second = "", third] = name.split(path.sep);
  if (second === "") return isDirectory ? directories.has(first) : rootFiles.has(first);
  if (first === "internal" && innerLeftOut.has(second)) return false;
  if (isDirectory && first === "internal" && second === "service" && third !== undefined && !services.includes(third))
    return false;
  return isDirectory ? path.basename(name) !== "testdata" : !leftOut.test(path.basename(name));
}

/** Without the matches whose first group is not one of the names. */
function keepOnly(text: string, pattern: RegExp, names: ReadonlySet<string>): string {
  return text.replace(pattern, (match: string, name: string) => (names.has(name) ? match : ""));
}

function replaceAll(text: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the Terraform provider's source has no ${JSON.stringify(from)}`);
    return result.replaceAll(from, to);
  }, text);
}
