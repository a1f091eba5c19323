import { type Loop, newLoop } from "../../src/dialing/loop.ts";
import { planStep, type QueuedCalls } from "../../src/dialing/step.ts";
import type { WaitingCall } from "../../src/dialing/waiting-calls.ts";

/** Any moment; a step that is due then. */
export const AT_MS = 1_767_225_600_000;

export const working = (changes: Partial<Loop> = {}): Loop => ({
  ...newLoop(),
  version: 5,
  step: 12,
  dueMs: AT_MS,
  served: -1,
  watchedUntilMs: AT_MS + 60_000,
  ...changes,
});

export const batch = (count: number, changes: Partial<Loop["batches"][string]> = {}) => ({
  from: 0,
  count,
  startMs: AT_MS - 60_000,
  expiryMs: AT_MS + 3_600_000,
  ...changes,
});

export const single = (tid: string, changes: Partial<WaitingCall> = {}): WaitingCall => ({
  tid,
  notBeforeMs: AT_MS - 1_000,
  expiryMs: AT_MS + 3_600_000,
  state: "queued",
  ...changes,
});

export const singles = (count: number): WaitingCall[] =>
  Array.from({ length: count }, (_, place) => single(`single ${place}`));

/** Calls of a batch that are queued, from its first on. */
export const calls = (count: number, from = 0): QueuedCalls => ({
  indices: Array.from({ length: count }, (_, place) => from + place),
  readTo: from + count,
});

export function plan(
  loop: Loop,
  waits: { waiting?: WaitingCall[]; isAllListed?: boolean; queued?: Record<string, QueuedCalls> } = {},
) {
  const { waiting = [], isAllListed = true, queued = {} } = waits;
  return planStep({
    loop,
    atMs: AT_MS,
    token: "token",
    waiting,
    isAllListed,
    queued: new Map(Object.entries(queued)),
  });
}
