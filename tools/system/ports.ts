import { VariableError } from "../commands/explain.ts";

/** A port from the environment. @throws {VariableError} when it is not one */
export function portFrom(name: string, fallback: number): number {
  const written = given(name) ?? String(fallback);
  const port = Number(written);
  if (!/^\d+$/.test(written) || port > 65_535) throw new VariableError(`${name} is not a port: ${written}`);
  return port;
}

/** Virtual seconds of the simulated carrier to one of ours. */
export function simSpeed(): number {
  const written = given("SIM_SPEED") ?? "30";
  const speed = Number(written);
  if (!(speed > 0 && Number.isFinite(speed))) throw new VariableError(`SIM_SPEED is not a positive number: ${written}`);
  return speed;
}

function given(name: string): string | undefined {
  if (process.env[name]?.trim() === "") throw new VariableError(`${name} is empty: give it a value, or leave it out.`);
  return process.env[name];
}
