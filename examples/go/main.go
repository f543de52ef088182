// Two organisations in one stack.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	relay "kustomer-relay/sdk/go/kustomerrelay"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		// Objects of Airkit's that exist already, by their UUIDs.
		var made map[string]string
		settings.RequireObject("made", &made)
		support, err := relay.NewKustomerRelay(ctx, "support", &relay.KustomerRelayArgs{
			Kustomer: &relay.RelayKustomerArgs{
				ApiKey:  &relay.RelayKustomerApiKeyArgs{Token: settings.RequireSecret("kustomerToken")},
				Webhook: &relay.RelayKustomerWebhookArgs{Name: pulumi.String(fmt.Sprintf("Airkit (%s)", ctx.Stack()))},
			},
			Airkit: &relay.RelayAirkitArgs{
				ApiHostname: pulumi.String(settings.Require("airkitHostname")),
				Account:     &relay.RelayAirkitAccountArgs{Id: pulumi.String(made["accountId"])},
				Resource:    &relay.RelayAirkitResourceArgs{Id: pulumi.String(made["resourceId"])},
				Hub:         &relay.RelayAirkitHubArgs{Id: pulumi.String(made["hubId"])},
			},
		})
		if err != nil {
			return err
		}
		// Another organisation: an explicit provider, which the relay's parts inherit.
		eu, err := relay.NewProvider(ctx, "eu", &relay.ProviderArgs{
			Kustomer: &relay.KustomerSettingsArgs{
				Org:    pulumi.String(settings.Require("euOrg")),
				ApiKey: settings.RequireSecret("euKey"),
			},
		})
		if err != nil {
			return err
		}
		supportEu, err := relay.NewKustomerRelay(ctx, "support-eu", &relay.KustomerRelayArgs{
			Kustomer: &relay.RelayKustomerArgs{
				ApiKey: &relay.RelayKustomerApiKeyArgs{Token: settings.RequireSecret("euToken")},
			},
			Destination: pulumi.String("https://events.example.com/kustomer-eu"),
		}, pulumi.Providers(eu))
		if err != nil {
			return err
		}
		ctx.Export("destinationUrl", support.DestinationUrl)
		ctx.Export("signingSecret", support.SigningSecret)
		ctx.Export("operatorSteps", support.OperatorSteps)
		ctx.Export("status", support.Status)
		ctx.Export("statusEu", supportEu.Status)
		return nil
	})
}
