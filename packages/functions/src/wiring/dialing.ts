import { batchStore } from "../dynamodb/batches.ts";
import { callStore } from "../dynamodb/call-store.ts";
import { loopStore } from "../dynamodb/loops.ts";
import { ownerStore } from "../dynamodb/owners.ts";
import { waitingCallStore } from "../dynamodb/waiting-calls.ts";
import { linkedTable } from "./clients.ts";

/** What every function is linked to that dials calls, or lets them wait to be dialed. */
export const linkedDialing = () => {
  const table = linkedTable();
  return {
    calls: callStore(table),
    batches: batchStore(table),
    loops: loopStore(table),
    owners: ownerStore(table),
    waiting: waitingCallStore(table),
  };
};
