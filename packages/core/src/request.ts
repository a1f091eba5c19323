import * as z from "zod";

const LONGEST_TEXT = 1500;
const LONGEST_MESSAGE = 500;

const number = (expected: string) =>
  z
    .string({ error: `expected ${expected}` })
    .trim()
    .regex(/^\+?[1-9]\d{6,14}$/, { error: `expected ${expected}` });

const spoken = (longest: number) =>
  z
    .string({ error: `expected text of 1 to ${longest} characters` })
    .trim()
    .min(1, { error: `expected text of 1 to ${longest} characters` })
    .max(longest, { error: `expected text of 1 to ${longest} characters` });

/** What a customer may ask for; field names and limits are the interface this service inherited. */
export const CallRequestSchema = z.object({
  to: number("an E.164 number of 7 to 15 digits, with or without +").meta({
    description: "Number to call",
    example: "447700900000",
  }),
  from: number("an E.164 number of your account, 7 to 15 digits, with or without +").meta({
    description: "Caller ID, a number of the account",
    example: "447700900999",
  }),
  text: spoken(LONGEST_TEXT).meta({ description: "The prompt" }),
  pin_code: z
    .string({ error: "expected 1 to 20 digits, as text so that leading zeros are kept" })
    .regex(/^\d{1,20}$/, { error: "expected 1 to 20 digits" })
    .meta({ description: "The PIN to expect", example: "1234" }),
  callback: z
    .url({ protocol: /^https?$/, error: "expected an http or https URL" })
    .max(2048, { error: "expected a URL of at most 2048 characters" })
    .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === "", {
      error: "expected a URL without user name and password",
    })
    .meta({ description: "Where the result is sent" }),
  callback_method: z
    .string({ error: "expected GET or POST" })
    .toUpperCase()
    .pipe(z.enum(["GET", "POST"], { error: "expected GET or POST" }))
    .default("POST")
    .meta({ description: "How the result is sent" }),
  bye_text: spoken(LONGEST_MESSAGE).optional().meta({ description: "Said after the right PIN" }),
  failed_text: spoken(LONGEST_MESSAGE).optional().meta({ description: "Said after a wrong PIN with tries left" }),
  reference: z
    .string({ error: "expected text of 1 to 64 characters" })
    .trim()
    .min(1, { error: "expected text of 1 to 64 characters" })
    .max(64, { error: "expected text of 1 to 64 characters" })
    .optional()
    .meta({ description: "Your own name for the call, which comes back in the result" }),
});
export type CallRequest = z.infer<typeof CallRequestSchema>;

const seconds = { error: "expected 1 to 86400 seconds" };

/** When calls are dialed. Of a batch, all of them. */
export const TimingSchema = z.object({
  expires_in: z
    .union([z.number(), z.string().regex(/^\d+$/, seconds)], seconds)
    .transform(Number)
    .pipe(z.number().int(seconds).min(1, seconds).max(86_400, seconds))
    .default(3_600)
    .meta({ description: "A call that was not dialed after so many seconds is not dialed any more" }),
  send_at: z.iso
    .datetime({ offset: true, error: "expected a time such as 2026-01-31T12:00:00Z, up to 7 days ahead" })
    .optional()
    .meta({ description: "Not dialed before this time; `expires_in` counts from it" }),
});
export type Timing = z.infer<typeof TimingSchema>;
