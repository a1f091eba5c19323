import { UsageError } from "./errors.ts";

export const WHERE_FLAG = {
  where: {
    kind: "parsed",
    parse: String,
    variadic: true,
    optional: true,
    brief: "A filter",
    placeholder: "name=value",
  },
} as const;

/** Filters of the API, each as `name=value` with commas between several values. */
export function filtersOf(where: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    where.map((written) => {
      const at = written.indexOf("=");
      if (at < 1) throw new UsageError(`${written} is not name=value, as in state=completed.`);
      return [written.slice(0, at), written.slice(at + 1)];
    }),
  );
}
