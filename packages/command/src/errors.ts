/** What was asked for cannot be done as it was written. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The person has pressed Ctrl-C. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}
