/** A service that could not be had for now; the client's own tries are over. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}

/** The stacks describe something that is not simulated: what is proved would not be what is deployed. */
export class WiringError extends Error {
  override readonly name = "WiringError";
}
