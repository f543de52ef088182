import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { redactQuoted } from "../../providers/lifecycle/secrets";
import { cookieName } from "./gate";
import type { Session } from "./sessions";

/** A mistake of whoever asked: told as it is, with its status. */
export class PageError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const FILES: Readonly<Record<string, string>> = {
  "/": "text/html; charset=utf-8",
  "/page.js": "text/javascript; charset=utf-8",
  "/style.css": "text/css; charset=utf-8",
};

export const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export function isFile(pathname: string): boolean {
  return Object.hasOwn(FILES, pathname);
}

/** The page, with its session: a cookie, and the token that the page takes out of its own text and keeps. */
export function enter(response: ServerResponse, { cookie, pageToken }: Session, port: number): void {
  response.writeHead(200, {
    ...HEADERS,
    "content-type": "text/html; charset=utf-8",
    "set-cookie": `${cookieName(port)}=${cookie}; Path=/; HttpOnly; SameSite=Strict`,
  });
  response.end(fileAt("/").replace("</head>", `<meta name="page-token" content="${pageToken}" /></head>`));
}

export function sendFile(response: ServerResponse, pathname: string): void {
  const content = fileAt(pathname);
  response.writeHead(200, { ...HEADERS, "content-type": FILES[pathname] ?? "" });
  response.end(content);
}

function fileAt(pathname: string): string {
  return readFileSync(path.join(pageFolder(), pathname === "/" ? "index.html" : pathname.slice(1)), "utf8");
}

/** Beside this file's built form, from the sources as well. */
function pageFolder(): string {
  const above = path.resolve(__dirname, "../..");
  return path.join(path.basename(above) === "dist" ? above : path.join(above, "dist"), "cli/console/page");
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { ...HEADERS, "content-type": "application/json" });
  response.end(JSON.stringify(body ?? null));
}

export function refuse(response: ServerResponse, error: unknown, isPage: boolean): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const message = redactQuoted(error instanceof Error ? error.message : String(error));
  response.writeHead(error instanceof PageError ? error.status : 500, {
    ...HEADERS,
    "content-type": isPage ? "text/plain; charset=utf-8" : "application/json",
  });
  response.end(isPage ? message : JSON.stringify({ error: message }));
}
