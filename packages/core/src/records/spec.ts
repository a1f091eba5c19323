import * as z from "zod/mini";
import { given, type RecordOf, time } from "./fields.ts";

/** What becomes of a call that an answering machine takes; without it, the carrier does not look for one. */
export const MACHINE_DETECTIONS = ["continue", "hangup"] as const;
export type MachineDetection = (typeof MACHINE_DETECTIONS)[number];

const CallSpecSchema = z.object({
  tid: z.uuid(),
  applicationId: z.string(),
  /** As the customer wrote it; it comes back in the result like that. */
  to: z.string(),
  from: z.string(),
  text: z.string(),
  byeText: given(z.string()),
  failedText: given(z.string()),
  /** HMAC of the PIN, bound to this call. */
  pinHash: z.string(),
  /** The id of the key it was made with; absent from calls that were accepted when there was but one. */
  pinKeyId: given(z.string()),
  pinLength: z.int(),
  attemptsAllowed: z.int(),
  machineDetection: given(z.enum(MACHINE_DETECTIONS)),
  callback: z.object({ url: z.string(), method: z.enum(["GET", "POST"]) }),
  acceptedAt: time,
  /** When it is too late to dial; absent from calls that were accepted when that was an hour after, for all. */
  expiresAt: given(time),
  /** The batch it came in, and its place there. */
  batch: given(z.object({ id: z.string(), index: z.int() })),
  /** The customer's own name for it, which comes back in the result. */
  reference: given(z.string()),
});

/** What was asked for: written once, never changed. The PIN itself is nowhere in it. */
export type CallSpec = RecordOf<typeof CallSpecSchema>;

export const SpecRecordSchema = z.object({ spec: CallSpecSchema });
