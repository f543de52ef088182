import { type Client, connectivityState } from "@grpc/grpc-js";

/**
 * Calls `gone` when the engine, once reached, is not there any more: one that was killed ends none of its plugins, and one
 * left alone would wait for calls for ever.
 */
export function watchEngine(client: Client, gone: () => void): void {
  const channel = client.getChannel();
  let reached = false;
  const look = (): void => {
    const state = channel.getConnectivityState(true);
    reached ||= state === connectivityState.READY;
    if (state === connectivityState.SHUTDOWN) return;
    if (reached && state === connectivityState.TRANSIENT_FAILURE) {
      gone();
      return;
    }
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, look);
  };
  look();
}
