import { z } from "zod";
import { nccoSchema, oneUrl, webhookMethod, wholeNumber } from "./ncco.ts";

// The wording, plus sign included, is the real API's; a plus sign is refused all the same.
const NUMBER_REASON = "can contain up to 15 digits prefixed with +";

const phone = z.strictObject({
  type: z.literal("phone", { error: "only phone is simulated" }),
  number: z.string({ error: NUMBER_REASON }).regex(/^\d{7,15}$/, NUMBER_REASON),
});

const callee = phone.extend({ dtmfAnswer: z.string().optional(), shaken: z.string().optional() });

const onMachine = z.enum(["continue", "hangup"], { error: "must be continue or hangup" });

/** The body of `POST /v1/calls`. */
export const callRequestSchema = z
  .strictObject({
    to: z.tuple([callee], { error: "must be an array of one endpoint" }),
    from: phone.optional(),
    random_from_number: z.boolean({ error: "must be true or false" }).optional(),
    ncco: nccoSchema.optional(),
    answer_url: oneUrl.optional(),
    answer_method: webhookMethod.optional(),
    event_url: oneUrl.optional(),
    event_method: webhookMethod.optional(),
    machine_detection: onMachine.optional(),
    advanced_machine_detection: z
      .strictObject({
        behavior: onMachine.optional(),
        mode: z.enum(["default", "detect", "detect_beep"]).optional(),
        beep_timeout: wholeNumber(30, 120).optional(),
      })
      .optional(),
    length_timer: wholeNumber(1, 86_400).optional(),
    ringing_timer: wholeNumber(1, 120).optional(),
  })
  .superRefine((request, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
    if (!request.ncco && !request.answer_url) refuse("ncco", "is required unless answer_url is given");
    if (request.ncco && request.answer_url) refuse("ncco", "cannot be combined with answer_url");
    if (!request.from && !request.random_from_number) refuse("from", "is required unless random_from_number is true");
    if (request.from && request.random_from_number) refuse("from", "cannot be combined with random_from_number");
  });

export type CallRequest = z.infer<typeof callRequestSchema>;

const transfer = z.strictObject({
  action: z.literal("transfer"),
  destination: z
    .strictObject({ type: z.literal("ncco"), ncco: nccoSchema.optional(), url: oneUrl.optional() })
    .refine(({ ncco, url }) => (ncco === undefined) !== (url === undefined), "must have either an ncco or a url"),
});

/** The body of `PUT /v1/calls/{uuid}`. */
export const callUpdateSchema = z.discriminatedUnion(
  "action",
  [
    z.strictObject({ action: z.literal("hangup") }),
    transfer,
    z.strictObject({ action: z.enum(["mute", "unmute", "earmuff", "unearmuff"]) }),
  ],
  { error: "must be hangup, transfer, mute, unmute, earmuff or unearmuff" },
);

export type CallUpdate = z.infer<typeof callUpdateSchema>;
export type Transfer = z.infer<typeof transfer>;

const anyNumberAsked = z.object({ to: z.tuple([z.object({ number: z.string() })], z.unknown()) });

/** The number a request is about, however wrong the rest of it is. */
export function numberAsked(body: unknown): string | undefined {
  return anyNumberAsked.safeParse(body).data?.to[0].number;
}
