import type { CallbackRecord, CallbackStore } from "../../src/ports.ts";

export interface MemoryCallbackStore extends CallbackStore {
  records(): readonly CallbackRecord[];
}

export function memoryCallbackStore(): MemoryCallbackStore {
  const byTid = new Map<string, CallbackRecord>();
  const recordOf = (tid: string): CallbackRecord => byTid.get(tid) ?? { attempts: [], state: "pending" };
  return {
    async read(tid) {
      return structuredClone(recordOf(tid));
    },
    async add(tid, attempt, state) {
      byTid.set(tid, structuredClone({ attempts: [...recordOf(tid).attempts, attempt], state }));
    },
    records() {
      return structuredClone([...byTid.values()]);
    },
  };
}
