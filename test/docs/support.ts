import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../../toolbox/pulumi";

/** README.md and its neighbours, what is under docs/, the sandbox's page and that of the examples. */
export function pages(): string[] {
  const docs = readdirSync(path.join(repoRoot(), "docs")).filter((name) => name.endsWith(".md"));
  const top = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
  return [...top, "sandbox/README.md", "examples/README.md", ...docs.map((name) => `docs/${name}`)];
}

export function textOf(page: string): string {
  return readFileSync(path.join(repoRoot(), page), "utf8");
}

/** Without code, in which brackets and dashes mean something else. */
function proseOf(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "code");
}

/** Where the relative links of a page lead, from the repository's root: `docs/webhook.md#drift`. */
export function linksOf(page: string): string[] {
  return [...proseOf(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = "", heading] = target.split("#");
      const from = file === "" ? page : path.posix.join(path.posix.dirname(page), file);
      return heading === undefined ? from : `${from}#${heading}`;
    });
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

/** The npm scripts that a text names, in prose or code. */
export function scriptsIn(text: string): string[] {
  const ran = [...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
  const short = [...text.matchAll(/\bnpm (start|test)\b/g)].map(([, name = ""]) => name);
  return [...new Set([...ran, ...short])];
}

/** The commands of `kustomer-relay` that a text tells to run: in code, or behind `npx`. */
export function commandsIn(text: string): { readonly words: readonly string[]; readonly flags: readonly string[] }[] {
  const told = /(?:`|\bnpx (?:--no )?|^)kustomer-relay ([a-z-]+)(?: ([a-z-]+))?([^`\n|&#]*)/gm;
  return [...text.matchAll(told)].map(([, first = "", second, rest = ""]) => {
    const isFlag = second?.startsWith("-") === true;
    return {
      words: [first, ...(second === undefined || isFlag ? [] : [second])],
      flags: [...`${isFlag ? ` ${second}` : ""}${rest}`.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag),
    };
  });
}
