/** A filter: one value, or several of which any will do. */
type Filter = string | number | boolean | readonly string[] | undefined;

/** The query of an address, `?` included; empty where nothing is asked for. */
export function queryOf(filters: Readonly<Record<string, Filter>>): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  // A list is given as one value, with commas.
  return `?${new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))}`;
}
