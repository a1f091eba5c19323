import { core, functions, type Mutant } from "./mutant.ts";

/** Mutants of what waits at a priority. */
export const PRIORITY_MUTANTS: readonly Mutant[] = [
  {
    name: "a step reads no calls of high or low priority",
    file: core("dialing/waiting-counts"),
    find: 'PRIORITIES.filter((priority) => priority === "normal" || waitingAt(loop, priority) > 0)',
    replace: 'PRIORITIES.filter((priority) => priority === "normal" || waitingAt(loop, priority) < 0)',
  },
  {
    name: "a priority counts as read although the step has not seen that nothing waits there",
    file: core("dialing/waiting-counts"),
    find: "(isEmpty ? 0 : Math.max(1, left))",
    replace: "(isEmpty ? 0 : 0 * left)",
    calls: 100,
  },
  {
    name: "a step takes a priority for empty once it has taken the last of its calls",
    file: core("dialing/waiting-counts"),
    find: "Math.max(1, left)",
    replace: "left",
    calls: 100,
  },
  {
    name: "a step overwrites the arrivals that came at a priority while it read",
    file: "packages/functions/testing/loops.ts",
    find: "...countsOf(before), ",
    replace: "arrivals, ",
    calls: 100,
  },
  {
    name: "a call that comes to wait is not counted at its priority",
    file: core("dialing/waiting-counts"),
    find: 'priority === "normal" ? ["arrivals"]',
    replace: 'priority !== undefined ? ["arrivals"]',
  },
  {
    name: "a more urgent single call waits for its share beside a batch",
    file: core("dialing/take-calls"),
    find: "if (next === undefined || isMoreUrgent(priority, next.priority)) return true;",
    replace: "if (next === undefined) return true;",
    level: "none",
    calls: 300,
    pace: 3,
  },
  {
    name: "a step dials the calls that wait whatever their priorities",
    file: functions("dialer/read-step"),
    find: "const items = lists.flat();",
    replace: "const items = lists.toReversed().flat();",
    level: "none",
    calls: 300,
    pace: 3,
  },
  {
    name: "a step removes a waiting item that another has written anew",
    file: "packages/functions/testing/loops.ts",
    find: "if (this.#items.get(key)?.item.writtenBy === item.writtenBy) this",
    replace: "this",
    level: "slow",
    calls: 100,
  },
];
