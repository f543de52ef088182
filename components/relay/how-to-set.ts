/** What a person does with a value: the command where the relay stands in stack config, otherwise the argument. */
export function howToSet(configPath: string | undefined, path: string, value: string): string {
  return configPath === undefined
    ? `set \`${path}\` of the relay to it, and run it again`
    : `run \`${setCommand(configPath, path, value)}\``;
}

export function setCommand(configPath: string, path: string, value: string): string {
  return `pulumi config set --path '${configPath}.${path}' ${value}`;
}

/** It asks for the value: a command line stands in the shell's history, and everybody on the machine can read it. */
export function setSecretCommand(configPath: string, path: string): string {
  return `pulumi config set --path --secret '${configPath}.${path}'`;
}
