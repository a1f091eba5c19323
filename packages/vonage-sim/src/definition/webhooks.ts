import { z } from "zod";

/** The words of `detail`, by the status they come with. */
export const DETAILS = {
  unanswered: ["unavailable", "timeout"],
  rejected: ["invalid_number", "restricted", "declined"],
  failed: ["cannot_route", "number_out_of_service", "internal_error"],
} as const;

const time = z.iso.datetime({ precision: 3 });
const amount = z.string().regex(/^\d+\.\d{8}$/);

/** Mostly a UUID, but captures also have `0A0000000123ABCD1`. */
const legId = z.string().regex(/^[A-Za-z\d-]{1,64}$/);

const parties = {
  from: z.string().min(1),
  to: z.string().regex(/^\d{7,15}$/),
  conversation_uuid: z.string().regex(/^CON-[a-z\d-]{36}$/),
};

const line = {
  ...parties,
  headers: z.strictObject({}),
  uuid: legId,
  direction: z.enum(["outbound", "inbound"]),
  timestamp: time,
};

/** Machine detection names the call `call_uuid`. */
const detected = { ...parties, call_uuid: legId, timestamp: time };

/** Not in older captures. */
const sipCode = z.int().min(100).max(699).optional();

/** What a call is once it is over: in `completed`, and in the answer to GET. Every number is a string. */
export const summarySchema = z.strictObject({
  start_time: time.nullable(),
  end_time: time,
  duration: z.string().regex(/^\d+$/),
  rate: amount,
  price: amount,
  network: z.string().min(1),
});
export type CallSummary = z.infer<typeof summarySchema>;

const status = z.discriminatedUnion("status", [
  z.strictObject({ ...line, status: z.enum(["started", "ringing"]) }),
  z.strictObject({
    ...line,
    status: z.literal("answered"),
    start_time: time.nullable(),
    rate: amount.nullable(),
    network: z.string().nullable(),
  }),
  z.strictObject({ ...detected, status: z.literal("human") }),
  z.strictObject({
    ...detected,
    status: z.literal("machine"),
    sub_state: z.enum(["beep_start", "beep_timeout"]).optional(),
  }),
  z.strictObject({ ...line, status: z.enum(["busy", "cancelled", "timeout"]), sip_code: sipCode }),
  z.strictObject({ ...line, status: z.literal("unanswered"), detail: z.enum(DETAILS.unanswered), sip_code: sipCode }),
  z.strictObject({ ...line, status: z.literal("rejected"), detail: z.enum(DETAILS.rejected), sip_code: sipCode }),
  z.strictObject({ ...line, status: z.literal("failed"), detail: z.enum(DETAILS.failed), sip_code: sipCode }),
  summarySchema.extend({
    ...line,
    status: z.literal("completed"),
    disconnected_by: z.enum(["platform", "user"]).optional(),
    sip_code: sipCode,
  }),
]);

const dtmf = z.strictObject({
  ...parties,
  uuid: legId,
  timestamp: time,
  speech: z.union([z.strictObject({ results: z.tuple([]) }), z.strictObject({ error: z.string() })]),
  dtmf: z.strictObject({
    digits: z
      .string()
      .regex(/^[\d*#]{0,20}$/)
      .nullable(),
    timed_out: z.boolean().nullable(),
  }),
});

/** Neither status nor uuid: the conversation is all that it names. */
const error = z.strictObject({
  reason: z.string().min(1),
  conversation_uuid: parties.conversation_uuid,
  timestamp: time,
});

const answer = z.strictObject({ ...parties, uuid: legId });

/** The request for an NCCO, to the address that takes over when another has failed. */
const fallback = answer.extend({
  reason: z.string().min(1),
  original_request: z.strictObject({ url: z.url(), type: z.enum(["answer", "event"]) }),
});

/** Whatever its action has: https://developer.vonage.com/en/voice/voice-api/ncco-reference#notify */
const notify = z.record(z.string(), z.unknown());

/** The body of every kind of webhook; by GET, its parameters. */
export const webhookSchemas = { status, dtmf, error, answer, fallback, notify } as const;

export type StatusWebhook = z.infer<typeof status>;
export type CallStatus = StatusWebhook["status"];
export type DtmfWebhook = z.infer<typeof dtmf>;
export type ErrorWebhook = z.infer<typeof error>;
export type AnswerRequest = z.infer<typeof answer>;
export type FallbackRequest = z.infer<typeof fallback>;
export type NotifyWebhook = z.infer<typeof notify>;
