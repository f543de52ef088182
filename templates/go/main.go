// A Kustomer relay.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"kustomer-relay/sdk/go/kustomerrelay"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		var channels []string
		settings.RequireObject("channels", &channels)
		support, err := kustomerrelay.NewKustomerRelay(ctx, "support", &kustomerrelay.KustomerRelayArgs{
			// The key with which Airkit calls Kustomer, made by an admin.
			Kustomer: &kustomerrelay.RelayKustomerArgs{
				ApiKey: &kustomerrelay.RelayKustomerApiKeyArgs{Token: settings.RequireSecret("kustomerToken")},
			},
			Airkit: &kustomerrelay.RelayAirkitArgs{
				ApiHostname: pulumi.String(settings.Require("airkitHostname")),
				// The channels whose conversations the relay hands over. An object of Airkit's that exists already is named
				// by its Id instead, in Account, Resource and Hub.
				Hub: &kustomerrelay.RelayAirkitHubArgs{ChannelResourceIds: pulumi.ToStringArray(channels)},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("destinationUrl", support.DestinationUrl)
		ctx.Export("signingSecret", support.SigningSecret)
		ctx.Export("kustomerApiKey", support.KustomerApiKey)
		// What is left to do by hand in Airkit's console.
		ctx.Export("operatorSteps", support.OperatorSteps)
		ctx.Export("status", support.Status)
		return nil
	})
}
