/** What a person does with a value: the command where the relay stands in stack config, otherwise the argument. */
export function howToSet(configPath: string | undefined, path: string, value: string, flag = ""): string {
  return configPath === undefined
    ? `set \`${path}\` of the relay to it, and run it again`
    : `run \`${setCommand(configPath, path, value, flag)}\``;
}

export function setCommand(configPath: string, path: string, value: string, flag = ""): string {
  return `pulumi config set --path ${flag}'${configPath}.${path}' ${value}`;
}
