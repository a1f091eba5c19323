import { batch, computed, type Signal, signal } from "@preact/signals";
import { notice } from "./announce.ts";
import { nowMs } from "./clock.ts";
import { type Filter, kindOf } from "./kinds.ts";
import type { Call } from "./types.ts";

const KEPT = 20_000;
/** A row that no longer fits the filter stays so long, and longer while it is looked at. */
const LEAVES_AFTER_MS = 3_000;

const rows = new Map<string, Signal<Call>>();
/** Every call, the newest first; never sorted anew by anything but the time of acceptance. */
const order = signal<readonly string[]>([]);
/** How often all of them were forgotten. */
const forgotten = signal(0);
/** What the list shows. */
export const visible = signal<readonly string[]>([]);
export const waitingNew = signal(0);
export const isHeld = signal(false);
export const filter = signal<Filter | undefined>(undefined);
export const search = signal("");
/** Where a whole number was looked for, the calls to it. */
export const found = signal<ReadonlySet<string> | undefined>(undefined);
export const leaving = signal<ReadonlyMap<string, number>>(new Map());
export const isLoaded = signal(false);
export const isFull = computed(() => order.value.length >= KEPT);
export const total = computed(() => order.value.length);

/** Whether nobody looks at the list closely, so that new rows do not move what is under a pointer. */
let isFree = true;
/** What is hovered or focused. */
let attended: string | undefined;

/** Whoever asks for a call that is not here yet is told when it comes. */
export function row(tid: string): Signal<Call> | undefined {
  // Both are read for their own sake: they are what changes then, and when another takes the place of the one that was here.
  forgotten.value;
  if (!rows.has(tid)) order.value;
  return rows.get(tid);
}

/** Takes calls as they come; what is held of one is replaced by what is newer. */
export function take(calls: readonly Call[]): void {
  const fresh: string[] = [];
  batch(() => {
    for (const call of calls) {
      const held = rows.get(call.tid);
      notice(held?.peek(), call);
      if (held) held.value = call;
      else {
        rows.set(call.tid, signal(call));
        fresh.push(call.tid);
      }
    }
    if (fresh.length > 0) order.value = [...order.peek(), ...fresh].sort(newestFirst).slice(0, KEPT);
    show();
  });
}

/** All that is held, for what is counted of them. */
export const visibleToCharts = (): readonly string[] => order.peek();

export const parkedCalls = computed((): readonly Call[] =>
  order.value.flatMap((tid) => {
    const call = rows.get(tid)?.value;
    return call?.callback.state === "parked" ? [call] : [];
  }),
);

export function forgetAll(): void {
  rows.clear();
  forgotten.value += 1;
  order.value = [];
  visible.value = [];
  waitingNew.value = 0;
}

function newestFirst(one: string, other: string): number {
  const [a, b] = [rows.get(one)?.peek(), rows.get(other)?.peek()];
  if (!a || !b) return 0;
  if (a.accepted_at !== b.accepted_at) return a.accepted_at < b.accepted_at ? 1 : -1;
  return (a.index ?? 0) - (b.index ?? 0) || (one < other ? -1 : 1);
}

function fits(call: Call): boolean {
  const wanted = filter.peek();
  const text = search.peek().trim().toLowerCase();
  const numbers = found.peek();
  if (wanted === "parked" ? call.callback.state !== "parked" : wanted !== undefined && kindOf(call) !== wanted)
    return false;
  if (numbers) return numbers.has(call.tid);
  if (text === "") return true;
  return call.tid.startsWith(text) || (call.reference ?? "").toLowerCase().includes(text);
}

/** Shows what there is, where that moves nothing that is looked at. */
function show({ force = false } = {}): void {
  const now = Date.now();
  const before = new Set(visible.peek());
  const left = new Map<string, number>();
  const wanted = order.peek().filter((tid) => {
    const call = rows.get(tid)?.peek();
    if (!call) return false;
    if (fits(call)) return true;
    if (force || !before.has(tid)) return false;
    const until = leaving.peek().get(tid) ?? now + LEAVES_AFTER_MS;
    if (now >= until && attended !== tid) return false;
    left.set(tid, until);
    return true;
  });
  leaving.value = left;
  if (force || (isFree && !isHeld.peek()) || before.size === 0) {
    visible.value = wanted;
    waitingNew.value = 0;
    return;
  }
  const old = wanted.filter((tid) => before.has(tid));
  if (old.length !== before.size) visible.value = old;
  waitingNew.value = wanted.length - old.length;
}

export function showNew(): void {
  show({ force: true });
}

export function setFilter(wanted: Filter | undefined): void {
  batch(() => {
    filter.value = wanted;
    // Those that were picked by another link.
    if (search.peek() === "") found.value = undefined;
    show({ force: true });
  });
}

export function setSearch(text: string, tids?: ReadonlySet<string>): void {
  batch(() => {
    search.value = text;
    found.value = tids;
    show({ force: true });
  });
}

/** Told by the list: whether it is at its top and left alone, and which row is looked at. */
export function attend({ free, tid }: { readonly free: boolean; readonly tid: string | undefined }): void {
  const wasFree = isFree;
  isFree = free;
  attended = tid;
  if (free && !wasFree) show();
}

nowMs.subscribe(() => {
  if (leaving.peek().size > 0) batch(() => show());
});
