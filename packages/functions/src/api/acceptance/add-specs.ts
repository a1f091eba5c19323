import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { CallStore } from "../../ports/call-store.ts";

export interface AddSpecsPorts {
  readonly calls: Pick<CallStore, "add" | "find">;
}

/**
 * Puts the specs of new calls on record. A request that goes on after a crash writes only what it has not written before:
 * those calls may be over by now, and their words erased.
 */
export async function addSpecs(
  { specs, isContinued }: { specs: readonly CallSpec[]; isContinued: boolean },
  { calls }: AddSpecsPorts,
): Promise<void> {
  const known = isContinued ? await calls.find(specs.map(({ tid }) => tid)) : new Map();
  await calls.add(specs.filter(({ tid }) => !known.has(tid)));
}
