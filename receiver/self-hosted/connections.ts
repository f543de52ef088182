import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Connections are few, and anybody can open one and leave it idle, or dawdle on it. So that a genuine sender always gets one,
 * the last places are never given away for good: whoever comes then takes the place of the connection that has been open for
 * the longest without bringing an event.
 */
export class Connections {
  /** The one to be closed first comes first; those whose event is just being stored are left alone. */
  private readonly open = new Map<Socket, "waiting" | "busy">();

  constructor(private readonly limit: number) {}

  watch(server: Server): void {
    const keptFree = Math.min(64, Math.ceil(this.limit / 8));
    server.maxConnections = this.limit;
    server.on("connection", (socket: Socket) => {
      this.open.set(socket, "waiting");
      socket.once("close", () => this.open.delete(socket));
      if (this.open.size > this.limit - keptFree) this.closeOne(socket);
    });
  }

  /** Its event is verified or about to be. */
  began(socket: Socket): void {
    if (this.open.has(socket)) this.open.set(socket, "busy");
  }

  /** A genuine event makes a connection the youngest again. */
  ended(socket: Socket, genuine: boolean): void {
    if (!this.open.has(socket)) return;
    if (genuine) this.open.delete(socket);
    this.open.set(socket, "waiting");
  }

  private closeOne(newcomer: Socket): void {
    for (const [socket, state] of this.open) {
      if (state === "busy" || socket === newcomer) continue;
      this.open.delete(socket);
      socket.destroy();
      return;
    }
  }
}
