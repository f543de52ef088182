/** A program's values, before anybody decided whether they become TypeScript or stack config. */
export type Code = string | number | boolean | readonly Code[] | Expression | Secret | Block;

export interface Block {
  readonly [name: string]: Code;
}

/** A property of something else that the program declares. */
export class Expression {
  constructor(
    readonly identifier: string,
    private readonly property: string,
  ) {}

  get text(): string {
    return `${this.identifier}.${this.property}`;
  }
}

/** A value that stands in no program: it is set as a secret of the stack. */
export class Secret {
  constructor(
    /** Its key in stack config, where it gets one of its own. */
    readonly key: string,
    /** Where a person finds it. */
    readonly what: string,
    /** Unknown where it cannot be read back. */
    readonly value: string | undefined,
    /** The header whose value it is. */
    readonly header?: string,
  ) {}
}

/** A secret of the stack, by its key or path. */
export interface StackSecret {
  readonly path: string;
  readonly secret: Secret;
}

export function isBlock(code: Code): code is Block {
  return typeof code === "object" && !Array.isArray(code) && !(code instanceof Expression) && !(code instanceof Secret);
}

/** What is declared elsewhere and needed here. */
export function identifiersIn(code: Code): string[] {
  if (code instanceof Expression) return [code.identifier];
  if (isBlock(code)) return Object.values(code).flatMap(identifiersIn);
  return Array.isArray(code) ? code.flatMap(identifiersIn) : [];
}

/** Every secret in it, with the path to it. */
export function secretsIn(code: Code, path: readonly string[] = []): { path: readonly string[]; secret: Secret }[] {
  if (code instanceof Secret) return [{ path, secret: code }];
  if (!isBlock(code)) return [];
  return Object.entries(code).flatMap(([name, value]) => secretsIn(value, [...path, name]));
}
