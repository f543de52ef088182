import type { Sandbox } from "./types";

/** For a person who tries a relay: what to type in another shell, and what to declare. */
export function howToUse(sandbox: Sandbox): string {
  const webChat = webChatOf(sandbox);
  const { url, managementKey, issuerUrl, issuerToken, airkitConsoleUrl, airkitToken } = sandbox;
  return `The sandbox answers at ${url} until it is interrupted: open that in a browser to click in both systems. Every stack that is to use it needs, once:

  pulumi config set-all \\
    --plaintext kustomer:baseUrl=${url} --secret kustomer:apiKey=${managementKey} \\
    --plaintext kustomer:issuerUrl=${issuerUrl} --secret kustomer:issuerToken=${issuerToken} \\
    --plaintext airkit:driver=console \\
    --plaintext airkit:baseUrl=${airkitConsoleUrl} --secret airkit:token=${airkitToken}

and a relay. For the program that \`kustomer-relay init\` writes:

  pulumi config set airkitHostname ${url}
  pulumi config set --path 'channels[0]' ${webChat}

or, where relays are declared in Pulumi.<stack>.yaml (--template stack-config):

  pulumi config set --path 'kustomer-relay:relays[0].name' support
  pulumi config set --path 'kustomer-relay:relays[0].airkit.apiHostname' ${url}
  pulumi config set --path 'kustomer-relay:relays[0].airkit.hub.channelResourceIds[0]' ${webChat}

A program in YAML, Python or Go has its settings under the plugin's name, and names a key:

  pulumi config set-all --path \\
    --plaintext kustomer-relay:kustomer.baseUrl=${url} --secret kustomer-relay:kustomer.apiKey=${managementKey} \\
    --plaintext kustomer-relay:airkit.driver=console --secret kustomerToken=${managementKey} \\
    --plaintext kustomer-relay:airkit.baseUrl=${airkitConsoleUrl} --secret kustomer-relay:airkit.token=${airkitToken}

Then, after \`pulumi up\`, an event, and what arrived at Airkit:

  curl ${url}/sandbox/events -d '{"name": "kustomer.message.create"}'
  curl ${url}/sandbox/received
`;
}

/** What any organisation of Airkit has before it has a relay: the Web Chat on which conversations begin. */
function webChatOf(sandbox: Sandbox): string {
  const name = "Web Chat";
  const existing = sandbox.airkitObjects("resources").find((object) => object.name === name);
  if (existing !== undefined) return existing.id;
  const account = sandbox.createAirkitObject("accounts", { name, integration: "Kustomer", apiKey: "none" });
  const capabilities = ["MESSAGING_SEND_TEXT"];
  return sandbox.createAirkitObject("resources", { name, capabilities, datasourceId: account.id }).id;
}
