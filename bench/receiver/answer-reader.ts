/** Reads just enough of HTTP/1.1 to tell where an answer ends, so that the generator costs little beside the servers. */
export class AnswerReader {
  private rest = "";

  /** The statuses of the answers that are complete now. */
  read(data: Buffer): number[] {
    this.rest += data.toString("latin1");
    const statuses: number[] = [];
    for (;;) {
      const length = lengthOfFirst(this.rest);
      if (length === undefined) return statuses;
      statuses.push(Number(this.rest.slice(9, 12)));
      this.rest = this.rest.slice(length);
    }
  }
}

function lengthOfFirst(text: string): number | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd).toLowerCase();
  const bodyStart = headEnd + 4;
  if (head.includes("transfer-encoding: chunked")) {
    const last = text.indexOf("0\r\n\r\n", bodyStart);
    return last < 0 ? undefined : last + 5;
  }
  const length = bodyStart + Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
  return text.length >= length ? length : undefined;
}
