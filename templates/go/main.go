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
		// What is missing is left out: the relay says it all at once.
		apiKey := &kustomerrelay.RelayKustomerApiKeyArgs{}
		// The key with which Airkit calls Kustomer, made by an admin. Where keys are issued there is none to set.
		if token, err := settings.TrySecret("kustomerToken"); err == nil {
			apiKey.Token = token
		}
		channels := []string{}
		if err := settings.GetObject("channels", &channels); err != nil {
			return err
		}
		airkit := &kustomerrelay.RelayAirkitArgs{
			// The channels whose conversations the relay hands over. An object of Airkit's that exists already is named
			// by its Id instead, in Account, Resource and Hub.
			Hub: &kustomerrelay.RelayAirkitHubArgs{ChannelResourceIds: pulumi.ToStringArray(channels)},
		}
		if hostname := settings.Get("airkitHostname"); hostname != "" {
			airkit.ApiHostname = pulumi.String(hostname)
		}
		support, err := kustomerrelay.NewKustomerRelay(ctx, "support", &kustomerrelay.KustomerRelayArgs{
			Kustomer: &kustomerrelay.RelayKustomerArgs{ApiKey: apiKey},
			Airkit:   airkit,
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
