import { WiringError } from "../errors.ts";

/** A part of the stacks by its name. @throws {WiringError} when there is none */
export function named<Part>(parts: ReadonlyMap<string, Part>, name: string): Part {
  const part = parts.get(name);
  if (part === undefined) throw new WiringError(`The stacks have nothing that is called ${name}.`);
  return part;
}
