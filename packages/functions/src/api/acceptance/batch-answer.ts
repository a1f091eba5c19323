import type { DialSlots } from "@promptcall/core/acceptance/idempotency";
import { callIdOf } from "@promptcall/core/call/batch";
import { carrierNumber } from "@promptcall/core/call/phone";
import type { AcceptedBatchSchema } from "@promptcall/core/contracts/batch-answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import { MalformedRecordError } from "../../errors.ts";
import { letThrough, refusedIn, rejectedRow } from "./guard-refusals.ts";
import { listed } from "./listed-rows.ts";
import type { Calls, RejectedRow } from "./read-call.ts";

/** The address of its status comes to it. */
export type AcceptedBatch = Omit<RecordOf<typeof AcceptedBatchSchema>, "status_url">;

/** What is said of a batch once it is decided which of its calls are accepted. */
export function acceptedBatch(given: { id: string; calls: Calls; slots: DialSlots | undefined }): AcceptedBatch {
  const { id: batchId, calls, slots } = given;
  if (slots === undefined) throw new MalformedRecordError(`nothing was decided on batch ${batchId}, which is done`);
  const rows = letThrough(calls.rows, slots);
  const accepted = acceptedRows({ batchId, rows: rows.slice(0, slots.fits) });
  return {
    batch_id: batchId,
    accepted,
    count: accepted.length,
    ...listed(rejectedOf(calls, slots)),
    first_dial_at: iso(slots.fromMs),
    last_dial_at: iso(slots.lastMs),
  };
}

/** The calls of a batch that are not accepted, in the order in which they came. */
export function rejectedOf(calls: Calls, slots: DialSlots): readonly RejectedRow[] {
  const rows = letThrough(calls.rows, slots);
  const error = {
    field: "expires_in",
    wrong: `is too short for more than ${slots.fits} of ${rows.length} calls`,
    expected: `at ${slots.callsPerSecond} calls a second, a longer one, a credential that lives as long, or fewer calls`,
  };
  const late = rows.slice(slots.fits).map(({ index }) => ({ index, code: "too_late" as const, errors: [error] }));
  return [...calls.rejected, ...refusedIn(slots).map(rejectedRow), ...late].toSorted((a, b) => a.index - b.index);
}

/** In the order in which they came. A number that is twice in a batch is dialed twice, and marked. */
function acceptedRows({ batchId, rows }: { batchId: string; rows: Calls["rows"] }): AcceptedBatch["accepted"] {
  const seen = new Set<string>();
  const placed = rows.map((row, place) => ({ ...row, tid: callIdOf({ batchId, index: place }) }));
  const asked = placed.toSorted((one, other) => one.index - other.index);
  return asked.map(({ index, tid, request: { to, reference } }) => {
    const number = carrierNumber(to);
    const isRepeated = seen.has(number);
    seen.add(number);
    return {
      index,
      tid,
      to,
      ...(isRepeated && { repeated_to: true as const }),
      ...(reference !== undefined && { reference }),
    };
  });
}

const iso = (ms: number) => new Date(ms).toISOString();
