import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { EXCERPT_READ_BYTES, excerptOf } from "../excerpt";
import { type OutgoingRequest, type Post, type PostAnswer, postAnswer } from "../outgoing";
import { sharedLookup } from "./shared-lookup";

export interface Poster {
  readonly post: Post;
  close(): Promise<void>;
}

/** An answer's body tells us nothing we act on; so much is read, and for so long, that the connection can be used again. */
const READ_AT_MOST_BYTES = 65_536;
const READ_AT_MOST_MS = 1_000;

/**
 * Posts over kept-alive connections of its own. undici's dispatch, on which its `request` and `fetch` stand: it follows no
 * redirect, makes no stream of an answer that nobody reads, and takes half of the processor time of `request`.
 */
export function createPoster(connections: number, proxy?: string): Poster {
  const options = { connections, pipelining: 1, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 };
  // A proxy looks the destination's name up itself.
  const agent =
    proxy === undefined
      ? new Agent({ ...options, connect: { lookup: sharedLookup } })
      : new ProxyAgent({ ...options, uri: proxy, proxyTunnel: true });
  return {
    post: (outgoing, signal) =>
      new Promise((resolve, reject) => {
        new Posting(outgoing, signal, resolve, reject).begin(agent);
      }),
    close: () => agent.destroy(),
  };
}

/** One request, from its place in the pool's queue to what its answer says. */
class Posting implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private head: PostAnswer | undefined;
  private readonly excerpt: Uint8Array[] = [];
  private read = 0;
  private timer: NodeJS.Timeout;
  /** Why it was broken off. */
  private reason: Error | undefined;

  constructor(
    private readonly outgoing: OutgoingRequest,
    private readonly stopping: AbortSignal,
    private readonly resolve: (answer: PostAnswer) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    const { timeoutMs } = outgoing;
    // One deadline for connecting, sending and the answer's head.
    this.timer = setTimeout(() => {
      this.breakOff(new Error(`it did not answer within ${timeoutMs / 1000} seconds`));
    }, timeoutMs);
    stopping.addEventListener("abort", this.stop);
  }

  begin(agent: Dispatcher): void {
    if (this.stopping.aborted) {
      this.stop();
      return;
    }
    const { url, headers, body } = this.outgoing;
    const { origin, pathname, search } = new URL(url);
    agent.dispatch({ origin, path: pathname + search, method: "POST", headers, body }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // While it still waited for a connection: nothing of it was sent, and nothing will be.
    if (this.reason) controller.abort(this.reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<typeof postAnswer>[1],
  ): void {
    if (status < 200) return;
    this.head = postAnswer(status, headers);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.breakOff(new Error("the answer's body does not end"));
    }, READ_AT_MOST_MS);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.wantsExcerpt && this.read < EXCERPT_READ_BYTES) this.excerpt.push(chunk);
    this.read += chunk.length;
    if (this.read > READ_AT_MOST_BYTES) this.breakOff(new Error("the answer's body is too long"));
  }

  onResponseEnd(): void {
    this.settle(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.settle(error);
  }

  private readonly stop = (): void => {
    this.breakOff(this.stopping.reason as Error);
  };

  private breakOff(reason: Error): void {
    this.reason = reason;
    this.settle(reason);
    this.controller?.abort(reason);
  }

  /** The head has said what became of the event: whatever happens to the body, or to the connection, is no failure any more. */
  private settle(error: Error | undefined): void {
    clearTimeout(this.timer);
    this.stopping.removeEventListener("abort", this.stop);
    if (this.head === undefined) {
      this.reject(error ?? new Error("it ended without an answer"));
      return;
    }
    const excerpt = this.wantsExcerpt ? excerptOf(Buffer.concat(this.excerpt), this.outgoing.headers) : undefined;
    this.resolve({ ...this.head, ...(excerpt !== undefined && { excerpt }) });
  }

  private get wantsExcerpt(): boolean {
    const { status = 0 } = this.head ?? {};
    return this.outgoing.wantsExcerpt && !(status >= 200 && status < 300);
  }
}
