const { PolicyPack } = require("@pulumi/policy");

/** The names of one resource: in TypeScript and JavaScript, and in every other language. */
const WEBHOOK = ["pulumi-nodejs:kustomer:OutboundWebhook", "kustomer-relay:index:KustomerOutboundWebhook"];
const RECEIVER = "https://relay.example.com/";

new PolicyPack("relays", {
  policies: [
    {
      name: "webhooks-go-to-our-receiver",
      description: "Events go to the receiver of the company.",
      enforcementLevel: "mandatory",
      validateResource: ({ type, props }, reportViolation) => {
        if (WEBHOOK.includes(type) && !String(props.url).startsWith(RECEIVER)) reportViolation(`sends to ${props.url}`);
      },
    },
    {
      name: "webhooks-say-which-team",
      description: "A webhook carries the header X-Team.",
      enforcementLevel: "remediate",
      // In place: a copy made with `...` loses which values are secret, and they would stand in the state in clear.
      remediateResource: ({ type, props }) => {
        if (!WEBHOOK.includes(type)) return undefined;
        props.headers["x-team"] ??= "support";
        return props;
      },
    },
    {
      name: "webhooks-are-protected",
      description: "A webhook that is deleted loses its signing secret.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, reportViolation) => {
        for (const { type, name, opts } of resources)
          if (WEBHOOK.includes(type) && !opts.protect) reportViolation(`${name} is not protected`);
      },
    },
  ],
});
