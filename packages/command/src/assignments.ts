import { UsageError } from "./errors.ts";

/**
 * Reads `name=value`, as `to=447700900001`, with the names of the API. `name=@file` takes what a file says, and `name=-` the
 * standard input: what is written on a command line is seen by others.
 */
export async function assignmentsOf(
  written: readonly string[],
  read: (file: string) => Promise<string>,
): Promise<Record<string, string>> {
  const pairs = await Promise.all(
    written.map(async (one) => {
      const at = one.indexOf("=");
      if (at < 1) throw new UsageError(`${one} is not name=value, as in to=447700900001.`);
      const [name, value] = [one.slice(0, at), one.slice(at + 1)];
      if (value === "-") return [name, (await read("-")).trim()] as const;
      return [name, value.startsWith("@") ? (await read(value.slice(1))).trim() : value] as const;
    }),
  );
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`${twice} is given twice.`);
  return Object.fromEntries(pairs);
}
