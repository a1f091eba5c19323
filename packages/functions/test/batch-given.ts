import { callIdsOf } from "@promptcall/core/call/batch";
import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import type { SweepMessage, TickMessage } from "@promptcall/core/contracts/dialing-messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { type Loop, newLoop } from "@promptcall/core/dialing/loop";
import type { Random } from "../src/ports/random.ts";
import { fakeRandom } from "../testing/random.ts";
import { scriptedCarrier } from "../testing/scripted-carrier.ts";
import { emptyFixture } from "./fixture.ts";
import { at, CREDENTIAL, spec } from "./given.ts";

export const BATCH_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

export const OWNER = "app:app";

/** The first message that ends the calls of a cancelled batch. */
export const SWEEP: SweepMessage = {
  v: 1,
  type: "sweep",
  owner: OWNER,
  batch_id: BATCH_ID,
  reason: "cancelled",
  next: 0,
  not_before: at(0),
};

/** The ids of a batch's calls at these places. */
export const tidsOf = (from: number, to: number) => callIdsOf({ batchId: BATCH_ID, from, to });

export const numberAt = (index: number) => `+4477009${String(index).padStart(5, "0")}`;

/** Ids that are apart from those of the tests' own. */
const chance = (): Random => {
  const fake = fakeRandom();
  return { ...fake, uuid: () => fake.uuid().replace("-8000-", "-9000-") };
};

interface BatchGiven {
  readonly count?: number;
  readonly outcome?: DialOutcome;
  readonly asked?: Partial<CallSpec>;
  readonly loop?: Partial<Loop>;
  readonly callbackUrl?: string;
}

/** A batch in the loop of its application, and the message of the next step, which is due now. */
export async function batchFixture({ count = 10, outcome, asked = {}, loop = {}, callbackUrl }: BatchGiven = {}) {
  const fixture = emptyFixture({ now: at(0), random: chance() });
  const carrier = scriptedCarrier(outcome && { outcome });
  const tids = tidsOf(0, count);
  await fixture.calls.add(
    tids.map((tid, index) => spec({ tid, to: numberAt(index), batch: { id: BATCH_ID, index }, ...asked })),
  );
  const sealedCredential = await fixture.seal.seal(CREDENTIAL, BATCH_ID);
  const times = { acceptedAt: at(-1), firstDialAt: at(0), lastDialAt: at(60), expiresAt: at(3_600) };
  await fixture.batches.add({
    id: BATCH_ID,
    applicationId: "app",
    count,
    owner: OWNER,
    sealedCredential,
    ...times,
    ...((asked.retry ?? asked.localTime) && { holds: true }),
    ...(callbackUrl !== undefined && { callbackUrl }),
  });
  const entry = { from: 0, count, startMs: Date.parse(at(-1)), expiryMs: Date.parse(at(3_600)) };
  const next: Loop = { ...newLoop(), version: 1, dueMs: Date.parse(at(0)), batches: { [BATCH_ID]: entry }, ...loop };
  await fixture.loops.write(OWNER, { seen: newLoop(), next });
  const message: TickMessage = { v: 1, type: "tick", owner: OWNER, n: 0 };
  return { ...fixture, carrier, tids, message, sealedCredential };
}
