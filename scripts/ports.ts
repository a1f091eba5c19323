/** A port from the environment. @throws {RangeError} naming the variable when it is not one */
export function portFrom(name: string, fallback: number): number {
  const written = process.env[name] ?? String(fallback);
  const port = Number(written);
  if (!/^\d+$/.test(written) || port > 65_535) throw new RangeError(`${name} is not a port: ${written}`);
  return port;
}

/** Virtual seconds of the simulated carrier to one of ours. */
export function simSpeed(): number {
  const speed = Number(process.env.SIM_SPEED ?? 30);
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new RangeError(`SIM_SPEED is not a positive number: ${process.env.SIM_SPEED}`);
  return speed;
}

/** One line for what a person can do something about; undefined for everything else. */
export function explain(error: unknown): string | undefined {
  if (error instanceof RangeError) return error.message;
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE" && "port" in error)
    return `Port ${error.port} is in use. PORT moves the api, SIM_PORT the simulated carrier.`;
  return undefined;
}
