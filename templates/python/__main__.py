"""A Kustomer relay."""

import pulumi
import pulumi_kustomer_relay as relay

config = pulumi.Config()

support = relay.KustomerRelay(
    "support",
    # The key with which Airkit calls Kustomer, made by an admin. Where keys are issued there is none to set. What is missing,
    # the relay says all at once.
    kustomer={"api_key": {"token": config.get_secret("kustomerToken")}},
    airkit={
        "api_hostname": config.get("airkitHostname"),
        # The channels whose conversations the relay hands over. An object of Airkit's that exists already is named by its
        # id instead: "account": {"id": …}, "resource": {"id": …}, "hub": {"id": …}.
        "hub": {"channel_resource_ids": config.get_object("channels") or []},
    },
)

pulumi.export("destinationUrl", support.destination_url)
pulumi.export("signingSecret", support.signing_secret)
pulumi.export("kustomerApiKey", support.kustomer_api_key)
# What is left to do by hand in Airkit's console.
pulumi.export("operatorSteps", support.operator_steps)
pulumi.export("status", support.status)
