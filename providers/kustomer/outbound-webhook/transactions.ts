import type { TransactionData } from "../answers";

/**
 * How an attempt went. The words of `status` are documented nowhere: an HTTP status or a word is expected. Where it says
 * neither, a further attempt that is planned tells that this one failed.
 */
export function outcomeOf({ status = "", nextRetry }: TransactionData): "delivered" | "failed" | "unknown" {
  if (/^2\d\d\b|^(ok|success|succeeded|successful|sent|delivered|complete|completed|done)$/i.test(status))
    return "delivered";
  if (/^[1345]\d\d\b|fail|error|time.?out|refused|reject|abort|cancel/i.test(status)) return "failed";
  return typeof nextRetry === "string" || typeof nextRetry === "number" ? "failed" : "unknown";
}
