import path from "node:path";
import ts from "typescript";
import { repoRoot } from "../../toolbox/pulumi";
import { packageProgram } from "./program";

/** What the comments in the declarations say, as an editor shows it to whoever uses the package. */
export interface Sentences {
  readonly resource: string;
  /** By argument. */
  readonly inputs: ReadonlyMap<string, string>;
  /** By property of the resource. */
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * The comments of all resource classes, by class: each stands once, above the field's declaration, and reaches the arguments
 * and the properties of the class through its types.
 */
export function sentencesOfResources(): ReadonlyMap<string, Sentences> {
  const file = path.join(repoRoot(), "providers", "resources.ts");
  const program = packageProgram();
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`there is no ${file}`);
  const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));

  const textOf = (symbol: ts.Symbol): string =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s*\n\s*/g, " ");
  const propertiesOf = (symbol: ts.Symbol | undefined): ReadonlyMap<string, string> =>
    new Map(
      symbol === undefined
        ? []
        : checker
            .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
            .map((property) => [property.name, textOf(property)]),
    );
  return new Map(
    [...exported]
      .filter(([name]) => exported.has(`${name}Args`))
      .map(([name, symbol]) => [
        name,
        { resource: textOf(symbol), inputs: propertiesOf(exported.get(`${name}Args`)), outputs: propertiesOf(symbol) },
      ]),
  );
}
