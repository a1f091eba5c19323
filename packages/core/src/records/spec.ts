import * as z from "zod/mini";
import { type CallSpec, MACHINE_DETECTIONS } from "../spec.ts";
import { type FieldsOf, given, time } from "./fields.ts";

const CallSpecSchema: z.ZodMiniType<CallSpec> = z.object({
  tid: z.uuid(),
  applicationId: z.string(),
  to: z.string(),
  from: z.string(),
  text: z.string(),
  byeText: given(z.string()),
  failedText: given(z.string()),
  pinHash: z.string(),
  pinKeyId: given(z.string()),
  pinLength: z.int(),
  attemptsAllowed: z.int(),
  machineDetection: given(z.enum(MACHINE_DETECTIONS)),
  callback: z.object({ url: z.string(), method: z.enum(["GET", "POST"]) }),
  acceptedAt: time,
  expiresAt: given(time),
  batch: given(z.object({ id: z.string(), index: z.int() })),
  reference: given(z.string()),
} satisfies FieldsOf<CallSpec>);

/** What was asked for: written once. */
export const SpecRecordSchema = z.object({ spec: CallSpecSchema });
