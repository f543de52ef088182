import * as pulumi from "@pulumi/pulumi";
import { type Settings, settingsFrom } from "./lifecycle/settings";

/** The default provider's settings, as the program sees them: stack config and the environment. */
export function stackSettings(): Settings {
  return settingsFrom((key) => {
    const [namespace, name = ""] = key.split(":");
    return new pulumi.Config(namespace).get(name);
  }, process.env);
}
