import path from "node:path";
import ts from "typescript";
import { repoRoot } from "../../toolbox/pulumi";
import { ENTRIES, packageProgram } from "./program";
import { table } from "./table";

interface Field {
  readonly path: string;
  readonly isOptional: boolean;
  readonly sentence: string;
}

/** What `index.ts` and `aws.ts` export, as the TypeScript compiler sees it. */
export class PublicApi {
  private readonly checker: ts.TypeChecker;
  private readonly exported: ReadonlyMap<string, ts.Symbol>;
  private readonly source: ts.SourceFile;

  constructor() {
    const program = packageProgram();
    this.checker = program.getTypeChecker();
    const sources = ENTRIES.map((file) => program.getSourceFile(path.join(repoRoot(), file))).filter(
      (source) => source !== undefined,
    );
    const [source] = sources;
    if (source === undefined) throw new Error("index.ts was not found");
    this.source = source;
    this.exported = new Map(
      sources
        .flatMap((file) => {
          const module = this.checker.getSymbolAtLocation(file);
          return module === undefined ? [] : this.checker.getExportsOfModule(module);
        })
        .map((symbol) => [symbol.name, this.resolved(symbol)]),
    );
  }

  sentenceOf(name: string): string {
    return this.docOf(this.symbol(name));
  }

  namesOf(name: string): string[] {
    return this.checker
      .getDeclaredTypeOfSymbol(this.symbol(name))
      .getProperties()
      .map((property) => property.name);
  }

  /** What the comments say of the arguments, nested ones and those of a list's items included, by path. */
  sentencesOfArguments(name: string): ReadonlyMap<string, string> {
    const fields = this.fieldsOf(this.checker.getDeclaredTypeOfSymbol(this.symbol(name)), "", 0, true);
    return new Map(fields.map(({ path: at, sentence }) => [at, sentence]));
  }

  /** What the comment says of a property of a class. */
  sentenceOfProperty(name: string, property: string): string {
    const symbol = this.checker.getDeclaredTypeOfSymbol(this.symbol(name)).getProperty(property);
    return symbol === undefined ? "" : this.docOf(symbol);
  }

  argumentsTable(name: string, isElsewhere: (path: string) => boolean = () => false): string {
    const fields = this.fieldsOf(this.checker.getDeclaredTypeOfSymbol(this.symbol(name)), "", 0).filter(
      ({ path: at }) => !isElsewhere(at),
    );
    return table(
      ["Argument", "Required", "What it is"],
      fields.map(({ path: at, isOptional, sentence }) => [`\`${at}\``, isOptional ? "" : "yes", sentence]),
    );
  }

  outputsTable(name: string): string {
    const type = this.checker.getDeclaredTypeOfSymbol(this.symbol(name));
    const own = type
      .getProperties()
      .filter((property) => /^(pulumi\.)?Output</.test(this.text(property)) && this.docOf(property) !== "")
      .filter((property) => !["urn", "id"].includes(property.name));
    return table(
      ["Output", "What it is"],
      own.map((property) => [`\`${property.name}\``, this.docOf(property)]),
    );
  }

  fieldsTable(name: string): string {
    const type = this.checker.getDeclaredTypeOfSymbol(this.symbol(name));
    return table(
      ["Field", "Type", "What it is"],
      type
        .getProperties()
        .map((property) => [`\`${property.name}\``, `\`${this.text(property)}\``, this.docOf(property)]),
    );
  }

  /** Nested arguments one below the other, with their paths; a union's branches together. */
  private fieldsOf(type: ts.Type, at: string, depth: number, intoLists = false): Field[] {
    const found = new Map<string, Field>();
    const branches = (type.isUnion() ? type.types : [type]).filter(
      (branch) => type === branch || this.isOwnObject(branch),
    );
    for (const branch of branches)
      for (const property of branch.getProperties()) {
        const where = at === "" ? property.name : `${at}.${property.name}`;
        const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        const sentence = this.docOf(property);
        const inner = this.checker.getNonNullableType(this.checker.getTypeOfSymbolAtLocation(property, this.source));
        if (this.isNothing(inner)) continue;
        const known = found.get(where);
        found.set(where, {
          path: where,
          isOptional: isOptional || (known?.isOptional ?? false) || this.isLeftOutElsewhere(type, property.name),
          sentence: known === undefined || known.sentence === "" ? sentence : known.sentence,
        });
        const item = intoLists ? this.checker.getIndexTypeOfType(inner, ts.IndexKind.Number) : undefined;
        const group = item ?? inner;
        if (this.isGroup(group) && depth < 4 && property.name !== "transform")
          for (const field of this.fieldsOf(group, where, depth + 1, intoLists))
            if (!found.has(field.path)) found.set(field.path, field);
      }
    return [...found.values()];
  }

  private isLeftOutElsewhere(type: ts.Type, name: string): boolean {
    return (
      type.isUnion() &&
      type.types.some((branch) => {
        const property = branch.getProperty(name);
        return (
          property === undefined ||
          this.isNothing(this.checker.getNonNullableType(this.checker.getTypeOfSymbol(property)))
        );
      })
    );
  }

  private isNothing(type: ts.Type): boolean {
    return (type.flags & (ts.TypeFlags.Never | ts.TypeFlags.Undefined)) !== 0;
  }

  /** Declared here with members of its own: not an output, a list, a function or a value. */
  private isGroup(type: ts.Type): boolean {
    const branches = type.isUnion() ? type.types : [type];
    return branches.some((branch) => this.isOwnObject(branch)) && !branches.some((branch) => this.isInput(branch));
  }

  private isOwnObject(type: ts.Type): boolean {
    const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
    return isObject && type.getProperties().length > 0 && type.getCallSignatures().length === 0 && !this.isInput(type);
  }

  private isInput(type: ts.Type): boolean {
    const name = (type.aliasSymbol ?? type.getSymbol())?.name ?? "";
    return (
      /^(Promise|Output|OutputInstance|Array|ReadonlyArray|HostedReceiver|Function)$/.test(name) ||
      type.getStringIndexType() !== undefined
    );
  }

  /** The comment beside a declaration, in one line; an example follows in italics. */
  private docOf(symbol: ts.Symbol): string {
    const comment = ts.displayPartsToString(symbol.getDocumentationComment(this.checker));
    return comment.replace(/\s*\n\s*/g, " ").trim();
  }

  private text(symbol: ts.Symbol): string {
    return this.checker.typeToString(this.checker.getTypeOfSymbolAtLocation(symbol, this.source));
  }

  private symbol(name: string): ts.Symbol {
    const symbol = this.exported.get(name);
    if (symbol === undefined) throw new Error(`${name} is not exported`);
    return symbol;
  }

  private resolved(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}
