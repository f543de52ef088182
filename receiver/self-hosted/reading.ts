import { messageOf } from "../errors";
import { StoreUnavailable } from "../inbox";

/** What SQLite throws tells nobody what it means for the one who asked. */
export function reading<T>(read: () => T): Promise<T> {
  try {
    return Promise.resolve(read());
  } catch (error) {
    return Promise.reject(unreadable(error));
  }
}

export function unreadable(error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  return new StoreUnavailable(`Reading the store failed: ${messageOf(error)}`, { cause: error });
}
