import { linkedBatches, linkedCalls, linkedLoops, linkedOwners, linkedWaitingCalls } from "./clients.ts";

/** What every function is linked to that dials calls, or lets them wait to be dialed. */
export const linkedDialing = () => ({
  calls: linkedCalls(),
  batches: linkedBatches(),
  loops: linkedLoops(),
  owners: linkedOwners(),
  waiting: linkedWaitingCalls(),
});
