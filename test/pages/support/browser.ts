import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../../../toolbox/browser";

let browser: Browser | undefined;
const pages: { page: Page; troubles: string[]; foreign: string[] }[] = [];

/** One browser for a file; every page is closed after its test, which fails where the page complained or asked anybody else. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    const open = pages.splice(0);
    for (const context of new Set(open.map(({ page }) => page.context()))) await context.close();
    const wrong = open.flatMap(({ troubles, foreign }) => [...troubles, ...foreign]);
    if (wrong.length > 0) throw new Error(`The page complained, or asked somebody else: ${wrong.join("; ")}`);
  });
  afterAll(() => browser?.close());
}

export interface Look {
  /** Complaints that belong to the test. */
  readonly expected?: RegExp;
  readonly width?: number;
  readonly dark?: boolean;
}

/** A page of a browser that knows nothing yet. */
export async function openPage(url: string, { expected, width = 1280, dark = false }: Look = {}): Promise<Page> {
  if (browser === undefined) throw new Error("useBrowser() is missing");
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? "dark" : "light",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  return watch(await context.newPage(), url, expected);
}

/** Another tab of the same person; `asks` is somebody else whom its page is expected to ask. */
export async function openTab(beside: Page, url: string, expected?: RegExp, asks?: string): Promise<Page> {
  return watch(await beside.context().newPage(), url, expected, asks);
}

async function watch(page: Page, url: string, expected: RegExp | undefined, asks?: string): Promise<Page> {
  const seen = { page, troubles: [] as string[], foreign: [] as string[] };
  pages.push(seen);
  const complain = (text: string): void => {
    if (expected?.test(text) !== true) seen.troubles.push(text);
  };
  page.on("pageerror", (error) => {
    complain(String(error));
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complain(message.text());
  });
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (!request.url().startsWith("data:") && origin !== new URL(url).origin && origin !== asks)
      seen.foreign.push(request.url());
  });
  await page.goto(url);
  return page;
}

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** What axe calls serious or critical on the page as it is now, one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // By the debugger's way in, which a page's policy does not concern.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** Whether something is wider than the window. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
}
