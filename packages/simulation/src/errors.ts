/** Thrown when a service is unavailable; the client's own retries are over. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}

/** Thrown when the stacks hold something that is not simulated, so that the simulation would not cover it. */
export class WiringError extends Error {
  override readonly name = "WiringError";
}
