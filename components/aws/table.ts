import * as pulumi from "@pulumi/pulumi";
import { tableNameOf } from "./arn";
import { type Scope, inRegion, tagged } from "./scope";

export interface Table {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

/** What has been delivered, for longer than SQS remembers: the table that is given, or one of our own. */
export function makeTable(scope: Scope): Table {
  const { table: given, kmsKeyArn, pointInTimeRecovery = false } = scope.args;
  if (given !== undefined) {
    const arn = pulumi.output(given.arn);
    return { arn, name: arn.apply(tableNameOf) };
  }
  const table = new scope.aws.Table(
    ...scope.child("table", "deliveries", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: pointInTimeRecovery },
      // Without this the table is encrypted by a key of AWS's own.
      ...(kmsKeyArn === undefined ? {} : { serverSideEncryption: { enabled: true, kmsKeyArn } }),
      ...inRegion(scope),
      ...tagged(scope),
    }),
  );
  return { arn: table.arn, name: table.name };
}
