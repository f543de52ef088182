"""A Kustomer relay."""

import pulumi
import pulumi_kustomer_relay as relay

config = pulumi.Config()

support = relay.KustomerRelay(
    "support",
    # The key with which Airkit calls Kustomer, made by an admin.
    kustomer={"api_key": {"token": config.require_secret("kustomerToken")}},
    airkit={
        "api_hostname": config.require("airkitHostname"),
        # The channels whose conversations the relay hands over. An object of Airkit's that exists already is named by its
        # id instead: "account": {"id": …}, "resource": {"id": …}, "hub": {"id": …}.
        "hub": {"channel_resource_ids": config.require_object("channels")},
    },
)

pulumi.export("destinationUrl", support.destination_url)
pulumi.export("signingSecret", support.signing_secret)
pulumi.export("kustomerApiKey", support.kustomer_api_key)
# What is left to do by hand in Airkit's console.
pulumi.export("operatorSteps", support.operator_steps)
pulumi.export("status", support.status)
