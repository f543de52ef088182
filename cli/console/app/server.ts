/** The session is over, or this page never had one. */
export class SessionOver extends Error {}

const KEY = "page-token";

/** The page got it once, with the address that opened it. Another port's page, which has its cookie, has no way to it. */
const pageToken = takeToken();

function takeToken(): string {
  const given = document.querySelector<HTMLMetaElement>(`meta[name="${KEY}"]`)?.content;
  if (given === undefined) return localStorage.getItem(KEY) ?? "";
  localStorage.setItem(KEY, given);
  history.replaceState(undefined, "", `/${location.hash}`);
  return given;
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.status === 401) throw new SessionOver("This session is over.");
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  throw new Error((answer as { error?: string } | undefined)?.error ?? `the console answered ${response.status}`);
}

/** Whether this console changes anything. */
export async function openSession(): Promise<{ readOnly: boolean }> {
  const response = await fetch("/api/session", { headers: { "x-page-token": pageToken } });
  // Another port's page that took the cookie, or a page that was opened without the address.
  if (response.status === 403) throw new SessionOver();
  return (await answerOf(response)) as { readOnly: boolean };
}

/** Asks the console for something, or to do something. */
export async function ask<T = unknown>(path: string, body: object): Promise<T> {
  const response = await fetch(`/api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-page-token": pageToken },
    body: JSON.stringify(body),
  });
  return (await answerOf(response)) as T;
}

/**
 * Server-sent events, as they come, until their end. Not by an EventSource: that brings no header along, and so no token of the
 * page. Gives the name of the last one.
 */
export async function listen(
  tell: (event: string, data: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const response = await fetch("/api/live", { headers: { "x-page-token": pageToken }, signal });
  if (!response.ok || response.body === null) throw new Error(`the console answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let last: string | undefined;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const blocks = (rest + read.value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (event === undefined || data === undefined) continue;
      tell(event, data);
      last = event;
    }
  }
  return last;
}
