/** Something a person can mend: told without a stack. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
