// Lets a plain `node` run the TypeScript sources as jest does, for tests that need a process to kill: `node -r` this file.
import { transformFileSync } from "@swc/core";
import { createRequire } from "node:module";

createRequire(import.meta.url).extensions[".ts"] = (module, file) => {
  const { code } = transformFileSync(file, {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
  });
  module._compile(code, file);
};
