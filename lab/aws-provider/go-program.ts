import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { generateSdk } from "../../toolbox/codegen/generate";
import { type Engine, engineEnv, ensureLanguageHosts, repoRoot } from "../../toolbox/pulumi";
import { run } from "../../toolbox/pulumi/run";

/** A Go program with the plugin's SDK, and what its CLI has to run with. Pulumi compiles it at each run, the first time for minutes. */
export async function writeGo(engine: Engine, directory: string, program: string): Promise<NodeJS.ProcessEnv> {
  const hosts = await ensureLanguageHosts(engine, ["go"]);
  const env: NodeJS.ProcessEnv = {
    ...engineEnv(engine, process.env, [path.join(repoRoot(), "dist/plugin"), ...hosts]),
    GOFLAGS: "-mod=mod",
  };
  await writeFile(path.join(directory, "Pulumi.yaml"), "name: relays\nruntime: go\n");
  await writeFile(path.join(directory, "main.go"), program);
  await copyFile(path.join(repoRoot(), "templates/go/go.mod"), path.join(directory, "go.mod"));
  await generateSdk(path.join(repoRoot(), "providers/native/schema.json"), "go", path.join(directory, "sdks/go"));
  await run("go", ["mod", "tidy"], { cwd: directory, env, timeoutMs: 10 * 60_000 });
  return env;
}

/** What `relays.ts` declares in the other languages. */
export function goProgram(token: string): string {
  return `package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	relay "kustomer-relay/sdk/go/kustomerrelay"
	"kustomer-relay/sdk/go/kustomerrelay/aws"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		hub, err := aws.NewRelayReceiver(ctx, "hub", &aws.RelayReceiverArgs{
			Alarms:           aws.ReceiverAlarms{OldestMinutes: pulumi.IntRef(30)},
			LogRetentionDays: pulumi.IntRef(14),
			Tags:             pulumi.StringMap{"team": pulumi.String("support")},
		})
		if err != nil {
			return err
		}
		own := &relay.RelayReceiverArgs{
			Kind:      relay.RelayReceiverKindAws,
			Alarms:    false,
			Dashboard: pulumi.BoolRef(false),
			Destination: &relay.RelayReceiverDestinationArgs{
				Headers: pulumi.StringMap{"x-tenant": pulumi.String("acme")},
			},
		}
		shared := &relay.RelayReceiverArgs{Kind: relay.RelayReceiverKindAws, Receiver: hub}
		for name, receiver := range map[string]*relay.RelayReceiverArgs{"own": own, "one": shared, "two": shared} {
			if _, err := relay.NewKustomerRelay(ctx, name, &relay.KustomerRelayArgs{
				Kustomer: &relay.RelayKustomerArgs{
					ApiKey:  &relay.RelayKustomerApiKeyArgs{Token: pulumi.String(${JSON.stringify(token)})},
					Webhook: &relay.RelayKustomerWebhookArgs{WatchSeconds: pulumi.Int(0)},
				},
				Destination: pulumi.String("https://bots.example.com/in"),
				Receiver:    receiver,
			}); err != nil {
				return err
			}
		}
		return nil
	})
}
`;
}
