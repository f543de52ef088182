import { expect, test } from "@jest/globals";
import path from "node:path";
import ts from "typescript";
import { packageOptions } from "../../scripts/docs/program";

test("the types of a relay accept what is right and refuse what is wrong, in the strictest of programs", () => {
  const file = path.join(__dirname, "types/arguments.ts");
  const program = ts.createProgram([file], { ...packageOptions(), exactOptionalPropertyTypes: true });
  const mistakes = ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ start = 0, messageText }) => {
    const line = program.getSourceFile(file)?.getLineAndCharacterOfPosition(start).line ?? 0;
    return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  expect(program.getSourceFile(file)?.text).toContain("@ts-expect-error");
  expect(mistakes).toEqual([]);
});
