import * as z from "zod/mini";
import { number, type RecordOf } from "./fields.ts";

/** What is remembered of a credential that only the carrier can judge. */
export const ProofRecordSchema = z.object({
  /** Somebody is asking; or what the carrier said. */
  answer: z.enum(["asking", "yes", "no"]),
  /** Nothing is remembered after this. */
  untilMs: number,
});
export type ProofRecord = RecordOf<typeof ProofRecordSchema>;
