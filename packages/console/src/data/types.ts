import type { CallSchema } from "@promptcall/core/contracts/answers";
import type { AcceptedBatchSchema, BatchSchema, EstimateSchema } from "@promptcall/core/contracts/batch-answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";

/** A call as `GET /calls` lists it, its number masked. */
export type Call = RecordOf<typeof CallSchema>;
export type Batch = RecordOf<typeof BatchSchema>;
export type Estimate = RecordOf<typeof EstimateSchema>;
export type AcceptedBatch = RecordOf<typeof AcceptedBatchSchema>;
export type RejectedRow = NonNullable<Estimate["rejected"]>[number];
