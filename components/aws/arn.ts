/** `arn:aws:sqs:eu-central-1:123456789012:events.fifo` in its parts. */
interface Parts {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

function partsOf(arn: string): Parts {
  const [, partition = "", , region = "", account = "", ...resource] = arn.split(":");
  return { partition, region, account, resource: resource.join(":") };
}

export function regionOf(arn: string): string {
  return partsOf(arn).region;
}

/** What SQS itself answers for a queue; its endpoints are documented for each partition. */
export function queueUrlOf(arn: string): string {
  const { partition, region, account, resource } = partsOf(arn);
  return `https://sqs.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}/${account}/${resource}`;
}

export function tableNameOf(arn: string): string {
  return partsOf(arn).resource.replace(/^table\//, "");
}

const CONSOLES: Readonly<Record<string, string>> = {
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** The page of a dashboard in the console of the partition and region that another resource's ARN names. */
export function dashboardUrlOf(neighbour: string, dashboard: string): string {
  const { partition, region } = partsOf(neighbour);
  const host = CONSOLES[partition] ?? `${region}.console.aws.amazon.com`;
  return `https://${host}/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard}`;
}
