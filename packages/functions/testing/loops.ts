import { type Loop, newLoop } from "@promptcall/core/dialing/loop";
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
      write: (owner, { seen, next, arrives = false, overArrivals = false }) =>
        io(() => {
          const before = read(owner);
          const { version, arrivals } = before;
          if (version !== seen.version || (overArrivals && arrivals !== seen.arrivals)) return false;
          put(owner, { ...next, arrivals: arrivals + (arrives ? 1 : 0) });
          this.#onWrite(owner, before, next);
          return true;
        }),
      arrive: (owner, dueByMs) =>
        io(() => {
          const loop = read(owner);
          if (loop.dueMs === undefined || loop.dueMs > dueByMs) return false;
          put(owner, { ...loop, arrivals: loop.arrivals + 1 });
          return true;
        }),
    };
  }

  /** All loops, for inspection. */
  loops(): ReadonlyMap<string, Loop> {
    return new Map([...this.#loops].map(([owner, written]) => [owner, JSON.parse(written)]));
  }
}

/** The waiting single calls of all owners. */
export class FakeWaitingCalls {
  readonly #items = new Map<string, { owner: string; item: WaitingCallItem }>();
  readonly #onNoneFound: () => void;

  constructor({ onNoneFound = () => {} }: { onNoneFound?: () => void } = {}) {
    this.#onNoneFound = onNoneFound;
  }

  portFor({ io = immediately }: { io?: Io } = {}): WaitingCalls {
    const keyOf = (owner: string, { tid, notBeforeMs }: Pick<WaitingCallItem, "tid" | "notBeforeMs">) =>
      `${owner} ${new Date(notBeforeMs).toISOString()}#${tid}`;
    return {
      add: (owner, item) =>
        io(() => {
          this.#items.set(keyOf(owner, item), { owner, item: structuredClone(item) });
        }),
      addAll: (owner, items) =>
        io(() => {
          for (const item of items) this.#items.set(keyOf(owner, item), { owner, item: structuredClone(item) });
        }),
      list: (owner, limit) =>
        io(() => {
          const found = [...this.#items].filter(([, one]) => one.owner === owner);
          if (found.length === 0) this.#onNoneFound();
          return found
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .slice(0, limit)
            .map(([, { item }]) => structuredClone(item));
        }),
      remove: (owner, item) =>
        io(() => {
          this.#items.delete(keyOf(owner, item));
        }),
    };
  }

  items(): readonly WaitingCallItem[] {
    return [...this.#items.values()].map(({ item }) => item);
  }
}
