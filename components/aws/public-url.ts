import type * as pulumi from "@pulumi/pulumi";
import type { AwsClasses } from "./edge";
import { type Scope, inRegion } from "./scope";

/**
 * A public address of a function: whoever has it may call, and the signature of what they send is what counts. Since October
 * 2025 AWS asks for two permissions (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). The provider would add both
 * by itself with the URL, and never take them away; where they are there already, under the ids it uses, it leaves them. So
 * they are declared, first: then drift shows, and what was made is removed.
 */
export function makeUrl(scope: Scope, functionName: pulumi.Output<string>): InstanceType<AwsClasses["FunctionUrl"]> {
  const everybody = { function: functionName, principal: "*", ...inRegion(scope) };
  const permissions = [
    new scope.aws.Permission(
      ...scope.child(undefined, "url-permission", {
        ...everybody,
        statementId: "FunctionURLAllowPublicAccess",
        action: "lambda:InvokeFunctionUrl",
        functionUrlAuthType: "NONE",
      }),
    ),
    new scope.aws.Permission(
      ...scope.child(undefined, "invoke-permission", {
        ...everybody,
        statementId: "FunctionURLAllowInvokeAction",
        action: "lambda:InvokeFunction",
        invokedViaFunctionUrl: true,
      }),
    ),
  ];
  return new scope.aws.FunctionUrl(
    ...scope.child(
      "url",
      "url",
      { functionName, authorizationType: "NONE", invokeMode: "BUFFERED", ...inRegion(scope) },
      { dependsOn: permissions },
    ),
  );
}
