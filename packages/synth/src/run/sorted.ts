import type { Graph } from "../graph.ts";

/** The graph in an order, and with paths, that are the same on every machine. */
export function sorted(graph: Graph, { root, work }: { root: string; work: string }): Graph {
  const portable = JSON.parse(
    JSON.stringify(sortKeys(graph)).replaceAll(work, "<work>").replaceAll(root, "<root>"),
  ) as Graph;
  return {
    ...portable,
    functions: portable.functions.toSorted((a, b) => compare(a.name, b.name)),
    resources: portable.resources.toSorted((a, b) => compare(`${a.type} ${a.name}`, `${b.type} ${b.name}`)),
  };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
