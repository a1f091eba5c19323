import type { EstimateSchema } from "@promptcall/core/contracts/batch-answers";
import { CURRENCY } from "@promptcall/core/contracts/currency";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import { writtenAmount } from "@promptcall/core/guard/money";
import { rejectedOf } from "./batch-answer.ts";
import type { Decided } from "./decide-request.ts";
import { priceOf } from "./guard-rows.ts";
import { listed } from "./listed-rows.ts";
import type { Calls } from "./read-call.ts";

export type Estimated = RecordOf<typeof EstimateSchema>;

export function estimated({ calls, rows, slots }: Pick<Decided, "rows" | "slots"> & { calls: Calls }): Estimated {
  return {
    dry_run: true,
    count: rows.length,
    first_dial_at: new Date(slots.fromMs).toISOString(),
    last_dial_at: new Date(slots.lastMs).toISOString(),
    price: writtenAmount(priceOf(rows)),
    currency: CURRENCY,
    ...(calls.kind === "batch" && listed(rejectedOf(calls, slots))),
  };
}
