import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "coverage/", "examples/", "templates/", ".local/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name=/^(end|write)$/][callee.object.property.name='stdin']",
          message:
            "A program that has ended already would crash us with EPIPE: startProgram of cli/start-program.ts takes `input`.",
        },
        {
          selector:
            "CallExpression[callee.name=/^(spawn|exec|startProgram|outcomeOf|outputOf)/] Literal[value='pulumi']",
          message:
            "The Pulumi CLI is started by `Pulumi` of cli/pulumi.ts alone; for a project, by lab/command-line.ts.",
        },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, argsIgnorePattern: "^_" }],
    },
  },
  { files: ["**/*.mjs", "**/*.cjs", "**/*.js"], ...tseslint.configs.disableTypeChecked },
  prettier,
);
