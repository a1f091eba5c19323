import { callIdOf } from "@promptcall/core/batch";
import type { Placed } from "@promptcall/core/idempotency";
import type { CallSpec } from "@promptcall/core/spec";
import type { Problem } from "../problem.ts";
import { type AcceptPorts, type Asked, saidOf, specOf, windowOf } from "./accept.ts";
import { undertake } from "./idempotency.ts";
import { lanesOf } from "./lanes.ts";
import { placesOf, timesOf } from "./places.ts";
import { type Batch, type RejectedRow, readBatch } from "./read-batch.ts";
import type { Body } from "./read-body.ts";

export interface AcceptedBatch {
  readonly batch_id: string;
  readonly accepted: readonly { index: number; tid: string; to: string; repeated_to?: true; reference?: string }[];
  /** Of those accepted, all of which are listed. */
  readonly count: number;
  readonly rejected: readonly RejectedRow[];
  readonly rejected_count: number;
  readonly first_dial_at: string;
  readonly last_dial_at: string;
}

/** Takes many calls in: each that this names as accepted ends in exactly one result. */
export async function acceptBatch(
  { body, credential, ...asked }: Asked & { body: Extract<Body, { kind: "batch" }> },
  ports: AcceptPorts,
): Promise<{ answer: AcceptedBatch; isReplayed: boolean } | { problem: Problem }> {
  const batch = readBatch(body, { credentialErrors: credential.errors, nowMs: ports.clock.now().getTime() });
  if ("problem" in batch) return batch;
  if (batch.rows.length === 0 || (batch.isAtomic && batch.rejected.length > 0)) return { problem: refusal(batch) };
  const { applicationId } = credential;
  const undertaking = await undertake({ ...asked, applicationId }, ports);
  if ("problem" in undertaking) return undertaking;

  try {
    const window = windowOf(batch.timing, undertaking.acceptedAt);
    const { rows, isAtomic } = batch;
    const jwt = await credential.jwtFor({ ...window, said: rows.map(({ request }) => saidOf(request)) });
    const places = undertaking.placed
      ? { placed: undertaking.placed }
      : await placesOf({ count: rows.length, isAtomic, applicationId, window, jwt }, ports);
    if ("problem" in places) {
      await undertaking.letGo();
      return places;
    }
    const { placed } = places;
    const specs = rows.slice(0, placed.fits).map(({ index, request }, place) => {
      const tid = callIdOf({ batchId: undertaking.id, index: place });
      return specOf({ tid, request, applicationId, window, batch: { id: undertaking.id, index } }, ports);
    });
    const answer = answerOf({ batchId: undertaking.id, batch, specs, placed });
    if (undertaking.isDone) return { answer, isReplayed: true };
    await undertaking.place(placed);
    const times = timesOf({ type: "dial_batch", placed, window, jwt }, ports);
    await queue({ specs, placed, jwt, times }, ports);
    await undertaking.finish();
    ports.log.info({ event: "batch.accepted", batch_id: undertaking.id, accepted: specs.length });
    return { answer, isReplayed: false };
  } catch (error) {
    // Should this fail, too, whoever repeats the request waits for the lease.
    await undertaking.letGo().catch(() => {});
    throw error;
  }
}

/** Everything here may be done again: it is the same calls in the same places, whoever carries it out. */
async function queue(
  given: { specs: readonly CallSpec[]; placed: Placed; jwt: string; times: ReturnType<typeof timesOf> },
  { batches, calls, seal, dial }: AcceptPorts,
): Promise<void> {
  const { specs, placed, jwt, times } = given;
  const [{ applicationId, acceptedAt, batch: { id } = { id: "" } }] = specs as [CallSpec];
  const [firstDialAt, lastDialAt] = [iso(placed.fromMs), iso(placed.lastMs)];
  await batches.add({ id, applicationId, count: specs.length, acceptedAt, firstDialAt, lastDialAt });
  await calls.add(specs);
  const sealed_credential = await seal.seal(jwt, id);
  const message = { v: 1, type: "dial_batch", batch_id: id, application_id: applicationId, sealed_credential } as const;
  const lanes = lanesOf({ count: specs.length, callsPerSecond: placed.callsPerSecond });
  await Promise.all(lanes.map((lane) => dial.send({ ...message, ...lane, ...times })));
}

/** Thousands of wrong rows are mostly wrong in the same way, and no answer holds them all: Lambda carries 6 MB. */
const LISTED = 100;

const listed = (rejected: readonly RejectedRow[]) => ({
  rejected: rejected.slice(0, LISTED),
  rejected_count: rejected.length,
});

function refusal({ rejected, isAtomic }: Batch): Problem {
  const which = isAtomic ? `${rejected.length} call(s) are` : "Every call is";
  const detail = `${which} wrong. Nothing was accepted.`;
  return { status: 400, code: "invalid_request", detail, more: listed(rejected) };
}

function answerOf(given: { batchId: string; batch: Batch; specs: readonly CallSpec[]; placed: Placed }): AcceptedBatch {
  const { batchId, batch, specs, placed } = given;
  const error = {
    field: "expires_in",
    wrong: `is too short for more than ${placed.fits} of ${batch.rows.length} calls`,
    expected: `at ${placed.callsPerSecond} calls a second, a longer one, a credential that lives as long, or fewer calls`,
  };
  const late = batch.rows.slice(placed.fits).map(({ index }) => ({ index, errors: [error] }));
  return {
    batch_id: batchId,
    accepted: acceptedOf(specs),
    count: specs.length,
    ...listed([...batch.rejected, ...late]),
    first_dial_at: iso(placed.fromMs),
    last_dial_at: iso(placed.lastMs),
  };
}

/** The same number twice in a batch is dialed twice, and pointed out. */
function acceptedOf(specs: readonly CallSpec[]): AcceptedBatch["accepted"] {
  const seen = new Set<string>();
  return specs.map(({ tid, to, batch, reference }) => {
    const number = to.replace(/^\+/, "");
    const isRepeated = seen.has(number);
    seen.add(number);
    return {
      index: batch?.index ?? 0,
      tid,
      to,
      ...(isRepeated && { repeated_to: true as const }),
      ...(reference !== undefined && { reference }),
    };
  });
}

const iso = (ms: number) => new Date(ms).toISOString();
