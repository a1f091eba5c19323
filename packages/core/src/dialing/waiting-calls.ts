import type { Priority, UnusualPriority } from "../contracts/priority.ts";

/** A call that waits by itself, and its state. */
export interface WaitingCall {
  readonly tid: string;
  readonly notBeforeMs: number;
  /** When it may be dialed, where that is later than it was to be looked at. */
  readonly fromMs?: number;
  /** Where it is one of a batch: its index there. */
  readonly batch?: { readonly id: string; readonly index: number };
  readonly priority?: UnusualPriority;
  /** Of its item, where a step has written that. */
  readonly writtenBy?: string;
  readonly expiryMs: number;
  /** `unknown` when its record cannot be read yet. */
  readonly state: "queued" | "over" | "unknown";
}

interface WaitingSeen {
  readonly atMs: number;
  readonly waiting: readonly WaitingCall[];
  /** Of each batch that the step looks at. */
  readonly queued: ReadonlyMap<string, { readonly indices: readonly number[]; readonly held?: readonly WaitingCall[] }>;
}

/** When a step looks again at a call that could not be read. */
export const LOOK_AGAIN_MS = 60_000;

function fromMsOf({ notBeforeMs, fromMs = notBeforeMs }: WaitingCall): number {
  return Math.max(notBeforeMs, fromMs);
}

/** Looked at again when it may be dialed, or when it cannot be any more. */
function heldUntil(call: WaitingCall): WaitingCall {
  return { ...call, notBeforeMs: Math.min(fromMsOf(call), call.expiryMs + 1) };
}

/** Of a priority that is not said, it is normal. */
function readyCall({ tid, priority }: WaitingCall): { readonly tid: string; readonly priority: Priority } {
  return { tid, priority: priority ?? "normal" };
}

/** What a step makes of the calls that wait by themselves, and of those of batches that do so from now on. */
export function classifyWaiting({ waiting, atMs, queued }: WaitingSeen) {
  // A call that was given back waits under a new time beside its old item, which is over.
  const last = new Map(waiting.map((call) => [call.tid, call]));
  const waits = (call: WaitingCall) => call.state === "queued" && last.get(call.tid) === call;
  const isLate = (call: WaitingCall) => waits(call) && call.expiryMs < atMs;
  const inTime = waiting.filter((call) => waits(call) && !isLate(call));
  const isDue = ({ notBeforeMs }: WaitingCall) => notBeforeMs <= atMs;
  const postponed = inTime.filter((call) => isDue(call) && fromMsOf(call) > atMs);
  const held = [...[...queued.values()].flatMap(({ held = [] }) => held), ...postponed].map(heldUntil);
  // Given back to its batch, or found by it again: the batch has it dialed.
  const isOffered = ({ batch }: WaitingCall) =>
    batch !== undefined && queued.get(batch.id)?.indices.includes(batch.index);
  return {
    over: [...waiting.filter((call) => !waits(call) && call.state !== "unknown"), ...postponed],
    held,
    expired: waiting.filter(isLate),
    ready: inTime.filter((call) => fromMsOf(call) <= atMs && !isOffered(call)).map(readyCall),
    nextMs: Math.min(
      ...[...held, ...inTime].map(({ notBeforeMs }) => notBeforeMs).filter((ms) => ms > atMs),
      ...(waiting.some(({ state }) => state === "unknown") ? [atMs + LOOK_AGAIN_MS] : []),
    ),
  };
}
