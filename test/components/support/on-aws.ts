export const ACCOUNT_ID = "123456789012";
export const REGION = "eu-central-1";

/** What AWS would add to a resource: a name of the provider's making, an ARN in the form of its service, addresses. */
export function stateOnAws(type: string, name: string): Record<string, string> {
  const called = `${name}-a1b2c3d`;
  const arn = (service: string, rest: string, region = REGION): { arn: string } => ({
    arn: `arn:aws:${service}:${region}:${ACCOUNT_ID}:${rest}`,
  });
  switch (type) {
    case "aws:sqs/queue:Queue":
      return {
        name: `${called}.fifo`,
        ...arn("sqs", `${called}.fifo`),
        url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/${called}.fifo`,
      };
    case "aws:dynamodb/table:Table":
      return { name: called, ...arn("dynamodb", `table/${called}`) };
    case "aws:iam/role:Role":
      return { name: called, ...arn("iam", `role/${called}`, "") };
    case "aws:cloudwatch/logGroup:LogGroup":
      return { name: called, ...arn("logs", `log-group:${called}`) };
    case "aws:cloudwatch/eventRule:EventRule":
      return { name: called, ...arn("events", `rule/${called}`) };
    case "aws:lambda/function:Function":
      return { name: called, ...arn("lambda", `function:${called}`) };
    case "aws:lambda/functionUrl:FunctionUrl":
      return { functionUrl: `https://abcdefghij.lambda-url.${REGION}.on.aws/` };
    case "aws:secretsmanager/secret:Secret":
      return arn("secretsmanager", `secret:${called}`);
    default:
      return { name: called };
  }
}
