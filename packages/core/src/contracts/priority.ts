/** How urgent a call is among those of its owner; the first goes first. */
export const PRIORITIES = ["high", "normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Those that are written down: what says nothing is normal. */
export const UNUSUAL_PRIORITIES = ["high", "low"] as const satisfies Priority[];
export type UnusualPriority = (typeof UNUSUAL_PRIORITIES)[number];

export function isMoreUrgent(one: Priority, other: Priority): boolean {
  return PRIORITIES.indexOf(one) < PRIORITIES.indexOf(other);
}
