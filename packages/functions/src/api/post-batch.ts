import { callIdOf } from "@promptcall/core/batch";
import type { Placed } from "@promptcall/core/idempotency";
import type { CallSpec } from "@promptcall/core/records/spec";
import type { Problem } from "../problem.ts";
import { type AcceptPorts, type Asked, byMsOf, planned, saidOf, specOf, windowOf } from "./accept.ts";
import { undertake } from "./idempotency.ts";
import { queueBatch } from "./queue-calls.ts";
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
    const owner = await ports.owners.ownerOf(applicationId);
    const wanted = { kind: "batch", count: rows.length, isAtomic, owner, window, jwt } as const;
    const plan = await planned({ ...wanted, placed: undertaking.placed }, ports);
    if ("problem" in plan) {
      await undertaking.letGo();
      return plan;
    }
    const { placed } = plan;
    const specs = rows.slice(0, placed.fits).map(({ index, request }, place) => {
      const tid = callIdOf({ batchId: undertaking.id, index: place });
      return specOf({ tid, request, applicationId, window, batch: { id: undertaking.id, index } }, ports);
    });
    const answer = answerOf({ batchId: undertaking.id, batch, specs, placed });
    if (undertaking.isDone) return { answer, isReplayed: true };
    await undertaking.place(placed);
    await queueBatch(
      { specs, placed, owner, window, jwt, byMs: byMsOf({ window, jwt }), callbackUrl: batch.callbackUrl },
      ports,
    );
    await undertaking.finish();
    ports.log.info({ event: "batch.accepted", batch_id: undertaking.id, accepted: specs.length });
    return { answer, isReplayed: false };
  } catch (error) {
    // Should this fail, too, whoever repeats the request waits for the lease.
    await undertaking.letGo().catch(() => {});
    throw error;
  }
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
