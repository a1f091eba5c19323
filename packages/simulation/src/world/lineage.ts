/**
 * How often each function ran in the chain of messages that led here. Lambda keeps this in the trace header, which SQS
 * passes on.
 */
export type Lineage = ReadonlyMap<string, number>;

export const NO_LINEAGE: Lineage = new Map();

/** "about 16 times" https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
const MOST_RUNS = 16;

/** Whether no message led to it, but a request, or somebody by hand. */
export function isFirst(lineage: Lineage): boolean {
  return lineage.values().reduce((all, runs) => all + runs, 0) <= 1;
}

/** Whether a function has led to itself: only what comes round again can multiply. */
export function isRecursing(lineage: Lineage): boolean {
  return lineage.values().some((runs) => runs > 1);
}

/** Merges the chains of a batch: whatever it sends continues all of them. */
export function longestOf(lineages: readonly Lineage[]): Lineage {
  const [only, ...others] = lineages;
  if (only !== undefined && others.length === 0) return only;
  const longest = new Map<string, number>();
  for (const lineage of lineages)
    for (const [name, runs] of lineage) longest.set(name, Math.max(runs, longest.get(name) ?? 0));
  return longest;
}

/** The chain with one more run of the function; undefined when Lambda refuses that as endless recursion. */
export function withRunOf(
  name: string,
  { lineage, mayRecurse }: { lineage: Lineage; mayRecurse: boolean },
): Lineage | undefined {
  const runs = (lineage.get(name) ?? 0) + 1;
  return runs > MOST_RUNS && !mayRecurse ? undefined : new Map(lineage).set(name, runs);
}
