import { describe, expect, test } from "@jest/globals";
import { AwsError, createAwsCall } from "../../../receiver/aws/client";
import { type HttpRequest, send } from "../../../receiver/aws/http";
import { FakeAws } from "./support/fake-aws";

const CREDENTIALS = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", sessionToken: "the-token" };
const MESSAGE = { QueueUrl: "q", MessageBody: "b", MessageGroupId: "g", MessageDeduplicationId: "d" };

function callTo(environment: Record<string, string>) {
  return createAwsCall({ send, region: "eu-west-1", credentials: () => CREDENTIALS, environment });
}

describe("a request to AWS", () => {
  test("is signed for its service and region, with the session token, and carries no secret", async () => {
    const aws = await new FakeAws().start();
    await callTo({ AWS_ENDPOINT_URL: aws.url })("sqs", "SendMessage", MESSAGE, 1_000);
    const headers = aws.calls[0]?.headers;
    expect(headers?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/sqs\/aws4_request, SignedHeaders=.*x-amz-target, Signature=[0-9a-f]{64}$/,
    );
    expect(headers).toMatchObject({
      "x-amz-target": "AmazonSQS.SendMessage",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-security-token": "the-token",
    });
    expect(JSON.stringify(headers)).not.toContain(CREDENTIALS.secretAccessKey);
  });

  test.each([
    [{}, "https://sqs.eu-west-1.amazonaws.com/"],
    [{ AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }, "http://127.0.0.1:4566/"],
    [{ AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:2/" }, "http://127.0.0.1:2/"],
    [{ AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" }, "https://sqs.eu-west-1.amazonaws.com/"],
  ])("goes where the standard variables %j say", async (environment, url) => {
    const sent: HttpRequest[] = [];
    const call = createAwsCall({
      send: (request) => {
        sent.push(request);
        return Promise.resolve({ status: 200, headers: {}, body: Buffer.from("{}") });
      },
      region: "eu-west-1",
      credentials: () => CREDENTIALS,
      environment,
    });
    await call("sqs", "SendMessage", MESSAGE, 1_000);
    expect(sent[0]?.url).toBe(url);
  });

  test("in China goes to China", async () => {
    const sent: string[] = [];
    const call = createAwsCall({
      send: ({ url }) => {
        sent.push(url);
        return Promise.resolve({ status: 200, headers: {}, body: Buffer.from("{}") });
      },
      region: "cn-north-1",
      credentials: () => CREDENTIALS,
      environment: {},
    });
    await call("dynamodb", "UpdateItem", {}, 1_000);
    expect(sent).toEqual(["https://dynamodb.cn-north-1.amazonaws.com.cn/"]);
  });
});

describe("a failure", () => {
  test("says which operation, which status, the service's own word and the request", async () => {
    const aws = await new FakeAws().start();
    const failed = callTo({ AWS_ENDPOINT_URL: aws.url })("secretsmanager", "GetSecretValue", { SecretId: "s" }, 1_000);
    await expect(failed).rejects.toThrow(
      "Secrets Manager GetSecretValue answered 400 ResourceNotFoundException: refused with ResourceNotFoundException (request id request-1)",
    );
    await expect(failed).rejects.toBeInstanceOf(AwsError);
  });

  test.each([
    ["throttled", 400, { __type: "com.amazon.coral.availability#ThrottlingException" }],
    ["overloaded", 503, undefined],
    ["short of capacity", 400, { __type: "ProvisionedThroughputExceededException" }],
  ])("because it is %s is tried again, three times in all", async (_, status, body) => {
    const aws = await new FakeAws().start();
    aws.fault = (_call, response) => {
      response.writeHead(status).end(body && JSON.stringify(body));
      return true;
    };
    await expect(callTo({ AWS_ENDPOINT_URL: aws.url })("sqs", "SendMessage", MESSAGE, 5_000)).rejects.toThrow(
      String(status),
    );
    expect(aws.calls).toHaveLength(3);
  });

  test("that is the caller's own is not tried again", async () => {
    const aws = await new FakeAws().start();
    aws.fault = (_call, response) => {
      response.writeHead(400).end(JSON.stringify({ __type: "InvalidParameterValue" }));
      return true;
    };
    await expect(callTo({ AWS_ENDPOINT_URL: aws.url })("sqs", "SendMessage", MESSAGE, 5_000)).rejects.toThrow();
    expect(aws.calls).toHaveLength(1);
  });

  test("to answer is over when the time is, with a second try within it", async () => {
    const aws = await new FakeAws().start();
    aws.fault = () => true;
    const began = performance.now();
    await expect(callTo({ AWS_ENDPOINT_URL: aws.url })("sqs", "SendMessage", MESSAGE, 2_500)).rejects.toThrow(
      /^SQS SendMessage got no answer: it did not answer within/,
    );
    expect(performance.now() - began).toBeLessThan(2_700);
    expect(aws.calls.length).toBeGreaterThan(1);
  });

  test("of something that is not AWS, such as a proxy that answers in HTML, is told as such", async () => {
    const aws = await new FakeAws().start();
    aws.fault = (_call, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>log in</html>");
      return true;
    };
    await expect(callTo({ AWS_ENDPOINT_URL: aws.url })("sqs", "SendMessage", MESSAGE, 1_000)).rejects.toThrow(
      "SQS SendMessage answered 200 without a reason",
    );
  });
});

test("a connection that the other side closed while nobody looked costs no failure", async () => {
  const aws = await new FakeAws().start();
  const call = callTo({ AWS_ENDPOINT_URL: aws.url });
  await call("sqs", "SendMessage", MESSAGE, 1_000);
  let dropped = 0;
  aws.fault = (_call, response) => {
    if (dropped > 0) return false;
    dropped += 1;
    response.socket?.resetAndDestroy();
    return true;
  };
  await call("sqs", "SendMessage", { ...MESSAGE, MessageDeduplicationId: "e" }, 1_000);
  expect(dropped).toBe(1);
  expect(aws.queue.messages).toHaveLength(2);
});
