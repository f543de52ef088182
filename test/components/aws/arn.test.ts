import { expect, test } from "@jest/globals";
import { dashboardUrlOf, queueUrlOf, regionOf, tableNameOf } from "../../../components/aws/arn";

test.each([
  ["arn:aws:sqs:eu-central-1:123456789012:a.fifo", "https://sqs.eu-central-1.amazonaws.com/123456789012/a.fifo"],
  ["arn:aws-cn:sqs:cn-north-1:123456789012:a.fifo", "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/a.fifo"],
  ["arn:aws-us-gov:sqs:us-gov-west-1:1:a.fifo", "https://sqs.us-gov-west-1.amazonaws.com/1/a.fifo"],
])("the queue %s is reached at %s", (arn, url) => {
  expect(queueUrlOf(arn)).toBe(url);
});

test("a region and a table's name stand in an ARN", () => {
  expect(regionOf("arn:aws:lambda:eu-central-1:123456789012:function:f")).toBe("eu-central-1");
  expect(tableNameOf("arn:aws:dynamodb:eu-central-1:123456789012:table/a.b")).toBe("a.b");
});

test.each([
  ["aws", "eu-central-1", "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1"],
  ["aws-cn", "cn-north-1", "https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1"],
  ["aws-us-gov", "us-gov-west-1", "https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1"],
])("a dashboard of the partition %s is seen in its own console", (partition, region, start) => {
  expect(dashboardUrlOf(`arn:${partition}:lambda:${region}:1:function:f`, "d")).toBe(`${start}#dashboards/dashboard/d`);
});
