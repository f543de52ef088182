import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { watchEngine } from "./engine";

/** The engine's log: it hides what a plugin prints, so that is where a person is told something. */
export class EngineLog {
  private client: EngineClient | undefined;
  private pending: Promise<unknown> = Promise.resolve();

  /** Tells it from now on to the engine at this address; `gone` is called when that one has ended. */
  attach(address: string, gone: () => void): void {
    this.client?.close();
    this.client = new EngineClient(address, credentials.createInsecure());
    watchEngine(this.client, gone);
  }

  /** A warning, beside the resource it is about. */
  warn(message: string, urn: string): void {
    const { client } = this;
    if (client === undefined) return;
    const entry = new LogRequest();
    entry.setSeverity(LogSeverity.WARNING);
    entry.setMessage(message);
    entry.setUrn(urn);
    const told = new Promise<void>((resolve) => {
      client.log(entry, () => {
        resolve();
      });
    });
    this.pending = Promise.all([this.pending, told]);
  }

  /** When all that was said has been heard: the engine may close right after an answer. */
  async settled(): Promise<void> {
    await this.pending;
  }

  close(): void {
    this.client?.close();
  }
}
