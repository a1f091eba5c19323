import { callIdsOf } from "@promptcall/core/batch";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import { type Loop, newLoop } from "@promptcall/core/dialing/loop";
import type { TickMessage } from "@promptcall/core/dialing/messages";
import type { CallSpec } from "@promptcall/core/records/spec";
import { chanceTwin } from "@promptcall/simulation/twins/chance";
import { scriptedCarrier } from "@promptcall/simulation/twins/scripted-carrier";
import type { Chance } from "../src/ports/chance.ts";
import { at, CREDENTIAL, spec } from "./given.ts";
import { emptyWorld } from "./world.ts";

export const BATCH_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

export const OWNER = "app:app";

/** The ids of a batch's calls at these places. */
export const tidsOf = (from: number, to: number) => callIdsOf({ batchId: BATCH_ID, from, to });

export const numberAt = (index: number) => `+4477009${String(index).padStart(5, "0")}`;

/** Ids that are apart from those of the tests' own. */
const chance = (): Chance => {
  const twin = chanceTwin();
  return { ...twin, id: () => twin.id().replace("-8000-", "-9000-") };
};

interface BatchGiven {
  readonly count?: number;
  readonly outcome?: DialOutcome;
  readonly asked?: Partial<CallSpec>;
  readonly loop?: Partial<Loop>;
  readonly callbackUrl?: string;
}

/** A batch in the loop of its application, and the message of the next step, which is due now. */
export async function batchWorld({ count = 10, outcome, asked = {}, loop = {}, callbackUrl }: BatchGiven = {}) {
  const world = emptyWorld({ now: at(0), chance: chance() });
  const carrier = scriptedCarrier(outcome && { outcome });
  const tids = tidsOf(0, count);
  await world.calls.add(
    tids.map((tid, index) => spec({ tid, to: numberAt(index), batch: { id: BATCH_ID, index }, ...asked })),
  );
  const sealedCredential = await world.seal.seal(CREDENTIAL, BATCH_ID);
  const times = { acceptedAt: at(-1), firstDialAt: at(0), lastDialAt: at(60), expiresAt: at(3_600) };
  await world.batches.add({
    id: BATCH_ID,
    applicationId: "app",
    count,
    owner: OWNER,
    sealedCredential,
    ...times,
    ...(callbackUrl !== undefined && { callbackUrl }),
  });
  const entry = { from: 0, count, startMs: Date.parse(at(-1)), expiryMs: Date.parse(at(3_600)) };
  const next: Loop = { ...newLoop(), version: 1, dueMs: Date.parse(at(0)), batches: { [BATCH_ID]: entry }, ...loop };
  await world.loops.write(OWNER, { seen: newLoop(), next });
  const message: TickMessage = { v: 1, type: "tick", owner: OWNER, n: 0 };
  return { ...world, carrier, tids, message, sealedCredential };
}
