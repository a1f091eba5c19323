import type { CallSpec } from "@promptcall/core/spec";
import { ConflictError } from "../../src/errors.ts";
import type { CallStore, Stored } from "../../src/ports.ts";

export interface MemoryCallStore extends CallStore {
  /** All that is on record, by what it is. */
  records(): { readonly specs: readonly CallSpec[]; readonly states: readonly Stored[] };
}

/** The table of calls; what is taken out is a copy, as it is from the real one. */
export function memoryCallStore(): MemoryCallStore {
  const specs = new Map<string, CallSpec>();
  const states = new Map<string, Stored>();
  return {
    async create({ spec, call }) {
      specs.set(spec.tid, structuredClone(spec));
      states.set(spec.tid, structuredClone({ call, version: 1 }));
    },
    async spec(tid) {
      return structuredClone(specs.get(tid));
    },
    async state(tid) {
      return structuredClone(states.get(tid));
    },
    async save({ call, version }) {
      if (states.get(call.tid)?.version !== version) throw new ConflictError(call.tid);
      states.set(call.tid, structuredClone({ call, version: version + 1 }));
    },
    records() {
      return structuredClone({ specs: [...specs.values()], states: [...states.values()] });
    },
  };
}
