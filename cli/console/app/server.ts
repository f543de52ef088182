let pageToken = "";

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  throw new Error((answer as { error?: string } | undefined)?.error ?? `the console answered ${response.status}`);
}

/** Whether this console changes anything, and the token that what changes something takes. */
export async function openSession(): Promise<{ readOnly: boolean }> {
  const session = (await answerOf(await fetch("/api/session"))) as { pageToken: string; readOnly: boolean };
  ({ pageToken } = session);
  return session;
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
