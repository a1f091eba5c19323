import type { Priority } from "@promptcall/core/contracts/priority";
import { type Loop, newLoop } from "@promptcall/core/dialing/loop";
import { ARRIVALS, countsOfArrival } from "@promptcall/core/dialing/waiting-counts";
import type { Loops } from "../src/ports/loops.ts";
import type { WaitingCallItem, WaitingCalls } from "../src/ports/waiting-calls.ts";
import { type Io, immediately } from "./io.ts";

/** The dial loops of all owners, in memory. */
export class FakeLoops {
  readonly #loops = new Map<string, string>();
  readonly #onWrite: (owner: string, before: Loop, after: Loop) => void;

  constructor({ onWrite = () => {} }: { onWrite?: (owner: string, before: Loop, after: Loop) => void } = {}) {
    this.#onWrite = onWrite;
  }

  portFor({ io = immediately }: { io?: Io } = {}): Loops {
    const read = (owner: string): Loop => {
      const written = this.#loops.get(owner);
      return written === undefined ? newLoop() : JSON.parse(written);
    };
    const put = (owner: string, loop: Loop) => this.#loops.set(owner, JSON.stringify(loop));
    return {
      read: (owner) => io(() => read(owner)),
      write: (owner, { seen, next, arrives, overArrivals = false }) =>
        io(() => {
          const before = read(owner);
          const { version, arrivals } = before;
          if (version !== seen.version || (overArrivals && arrivals !== seen.arrivals)) return false;
          put(owner, { ...next, ...countsOf(before), ...(arrives && arrived(before, arrives)) });
          this.#onWrite(owner, before, next);
          return true;
        }),
      arrive: (owner, { dueByMs, priority }) =>
        io(() => {
          const loop = read(owner);
          if (loop.dueMs === undefined || loop.dueMs > dueByMs) return false;
          put(owner, { ...loop, ...arrived(loop, priority) });
          return true;
        }),
    };
  }

  /** All loops, for inspection. */
  loops(): ReadonlyMap<string, Loop> {
    return new Map([...this.#loops].map(([owner, written]) => [owner, JSON.parse(written)]));
  }
}

/** What nobody writes. */
function countsOf(loop: Loop): Pick<Loop, (typeof ARRIVALS)[number]> {
  return { arrivals: loop.arrivals, ...Object.fromEntries(ARRIVALS.map((count) => [count, loop[count]])) };
}

function arrived(loop: Loop, priority: Priority): Partial<Loop> {
  return Object.fromEntries(countsOfArrival(priority).map((count) => [count, (loop[count] ?? 0) + 1]));
}

/** The waiting single calls of all owners. */
export class FakeWaitingCalls {
  readonly #items = new Map<string, { owner: string; item: WaitingCallItem }>();
  readonly #onNoneFound: () => void;
  readonly #onAdd: (item: WaitingCallItem) => void;

  constructor({
    onNoneFound = () => {},
    onAdd = () => {},
  }: { onNoneFound?: (() => void) | undefined; onAdd?: (item: WaitingCallItem) => void } = {}) {
    this.#onNoneFound = onNoneFound;
    this.#onAdd = onAdd;
  }

  portFor({ io = immediately }: { io?: Io } = {}): WaitingCalls {
    const keyOf = (
      owner: string,
      { tid, notBeforeMs, priority }: Pick<WaitingCallItem, "tid" | "notBeforeMs" | "priority">,
    ) => `${owner} ${priority ?? "normal"} ${new Date(notBeforeMs).toISOString()}#${tid}`;
    return {
      add: (owner, item) =>
        io(() => {
          this.#items.set(keyOf(owner, item), { owner, item: structuredClone(item) });
          this.#onAdd(item);
        }),
      addAll: (owner, items) =>
        io(() => {
          for (const item of items) this.#items.set(keyOf(owner, item), { owner, item: structuredClone(item) });
        }),
      list: (owner, { limit, priority = "normal" }) =>
        io(() => {
          const found = [...this.#items].filter(
            ([, one]) => one.owner === owner && (one.item.priority ?? "normal") === priority,
          );
          if (found.length === 0) this.#onNoneFound();
          return found
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .slice(0, limit)
            .map(([, { item }]) => structuredClone(item));
        }),
      remove: (owner, item) =>
        io(() => {
          const key = keyOf(owner, item);
          if (this.#items.get(key)?.item.writtenBy === item.writtenBy) this.#items.delete(key);
        }),
    };
  }

  items(): readonly WaitingCallItem[] {
    return [...this.#items.values()].map(({ item }) => item);
  }
}
