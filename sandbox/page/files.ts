import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Outcome } from "../listener";

/** The page's addresses: the root, and one for each object of Airkit's console, whose UUID stands in it as in the real one. */
export function isPage(method: string, pathname: string): boolean {
  return method === "GET" && (pathname === "/" || pathname.startsWith("/airkit/") || Object.hasOwn(FILES, pathname));
}

const FILES: Readonly<Record<string, string>> = {
  "/page.js": "text/javascript; charset=utf-8",
  "/style.css": "text/css; charset=utf-8",
};

/** Nothing from anywhere else, and nothing inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'";

/** Beside this file, where the build puts it; from the sources, in what was built of them. */
const FOLDERS = [__dirname, path.join(__dirname, "../../dist/sandbox/page")];

/** One of the page's files. */
export function pageFile(pathname: string): Outcome {
  const name = Object.hasOwn(FILES, pathname) ? pathname.slice(1) : "index.html";
  const headers = {
    "content-type": FILES[pathname] ?? "text/html; charset=utf-8",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
  const file = FOLDERS.map((folder) => path.join(folder, name)).find((candidate) => existsSync(candidate));
  return file === undefined
    ? { status: 404, text: "The page is not built: run `npm run build`.", headers }
    : { status: 200, text: readFileSync(file, "utf8"), headers };
}
