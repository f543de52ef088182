"""Two organisations in one stack."""

import pulumi
import pulumi_kustomer_relay as relay

config = pulumi.Config()
# Objects of Airkit's that exist already, by their UUIDs.
made = config.require_object("made")

support = relay.KustomerRelay(
    "support",
    kustomer={
        "api_key": {"token": config.require_secret("kustomerToken")},
        "webhook": {"name": f"Airkit ({pulumi.get_stack()})"},
    },
    airkit={
        "api_hostname": config.require("airkitHostname"),
        "account": {"id": made["accountId"]},
        "resource": {"id": made["resourceId"]},
        "hub": {"id": made["hubId"]},
    },
)

# Another organisation: an explicit provider, which the relay's parts inherit.
eu = relay.Provider("eu", kustomer={"org": config.require("euOrg"), "api_key": config.require_secret("euKey")})
support_eu = relay.KustomerRelay(
    "support-eu",
    kustomer={"api_key": {"token": config.require_secret("euToken")}},
    destination="https://events.example.com/kustomer-eu",
    opts=pulumi.ResourceOptions(providers=[eu]),
)

pulumi.export("destinationUrl", support.destination_url)
pulumi.export("signingSecret", support.signing_secret)
pulumi.export("operatorSteps", support.operator_steps)
pulumi.export("status", support.status)
pulumi.export("statusEu", support_eu.status)
