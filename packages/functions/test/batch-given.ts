import { callIdsOf } from "@promptcall/core/batch";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { DialBatchMessage } from "@promptcall/core/messages";
import type { CallSpec } from "@promptcall/core/spec";
import { chanceTwin } from "@promptcall/simulation/twins/chance";
import { scriptedCarrier } from "@promptcall/simulation/twins/scripted-carrier";
import type { Chance } from "../src/ports.ts";
import { at, CREDENTIAL, spec } from "./given.ts";
import { emptyWorld } from "./world.ts";

export const BATCH_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

/** The ids of a batch's calls at these places. */
export const tidsOf = (from: number, to: number) => callIdsOf({ batchId: BATCH_ID, from, to });

export const numberAt = (index: number) => `+4477009${String(index).padStart(5, "0")}`;

/** Ids that are apart from those of the tests' own. */
const chance = (): Chance => {
  const twin = chanceTwin();
  return { ...twin, id: () => twin.id().replace("-8000-", "-9000-") };
};

/** A batch that was accepted, and its first message. */
export async function batchWorld({
  count = 10,
  outcome,
  asked = {},
}: {
  count?: number;
  outcome?: DialOutcome;
  asked?: Partial<CallSpec>;
} = {}) {
  const world = emptyWorld({ now: at(0), chance: chance() });
  const carrier = scriptedCarrier(outcome && { outcome });
  const tids = tidsOf(0, count);
  await world.calls.add(
    tids.map((tid, index) => spec({ tid, to: numberAt(index), batch: { id: BATCH_ID, index }, ...asked })),
  );
  const message: DialBatchMessage = {
    v: 1,
    type: "dial_batch",
    batch_id: BATCH_ID,
    application_id: "app",
    next: 0,
    until: Math.min(3, count),
    end: count,
    lanes: 1,
    sealed_credential: await world.seal.seal(CREDENTIAL, BATCH_ID),
  };
  return { ...world, carrier, tids, message };
}
