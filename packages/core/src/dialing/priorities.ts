import { isMoreUrgent, PRIORITIES, type Priority } from "../contracts/priority.ts";

/**
 * The calls of a batch are in the order of their priorities, so that two numbers say which each has. Without them all are
 * normal.
 */
export interface BatchPriorities {
  /** The calls before this one are high. */
  readonly highTo?: number | undefined;
  /** The calls from this one on are low. */
  readonly lowFrom?: number | undefined;
}

/** Of calls in the order of their priorities. */
export function batchPriorities(priorities: readonly Priority[]) {
  const highTo = priorities.filter((priority) => priority === "high").length;
  const lowFrom = priorities.length - priorities.filter((priority) => priority === "low").length;
  return { ...(highTo > 0 && { highTo }), ...(lowFrom < priorities.length && { lowFrom }) };
}

/** Those of a record or of an entry, and nothing else. */
export function prioritiesIn({ highTo, lowFrom }: BatchPriorities) {
  return { ...(highTo !== undefined && { highTo }), ...(lowFrom !== undefined && { lowFrom }) };
}

export function priorityAt({ highTo = 0, lowFrom }: BatchPriorities, index: number): Priority {
  if (index < highTo) return "high";
  return lowFrom !== undefined && index >= lowFrom ? "low" : "normal";
}

/** Whether single calls have their share beside calls of a batch; otherwise the more urgent ones go first. */
export function sharesWithBatch(single: Priority, ofBatch: Priority): boolean {
  // An urgent batch is no reason for a person to wait for an hour who is called by a request of their own.
  return single === ofBatch || (single === "normal" && ofBatch === "high");
}

/** How many calls of a batch are left at each priority, from an index on, in the order in which they are dialed. */
export function leftByPriority({
  highTo = 0,
  lowFrom,
  from = 0,
  count,
}: BatchPriorities & { readonly from?: number; readonly count: number }): readonly {
  readonly priority: Priority;
  readonly left: number;
}[] {
  const ends = { high: Math.min(highTo, count), normal: Math.min(lowFrom ?? count, count), low: count };
  let next = from;
  return PRIORITIES.flatMap((priority) => {
    const left = ends[priority] - next;
    if (left <= 0) return [];
    next = ends[priority];
    return [{ priority, left }];
  });
}

/** In the order of their priorities, and of one in the order in which they came. */
export function byPriority<One>(ones: readonly One[], priorityOf: (one: One) => Priority): readonly One[] {
  return ones.toSorted((one, other) => {
    const [left, right] = [priorityOf(one), priorityOf(other)];
    if (left === right) return 0;
    return isMoreUrgent(left, right) ? -1 : 1;
  });
}
