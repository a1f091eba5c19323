import { z } from "zod";

const TEXT_CHARS_MAX = 1500;

export const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
export const oneUrl = z.tuple([httpUrl], { error: "must be an array of one URL" });
export const webhookMethod = z.enum(["GET", "POST"], { error: "must be GET or POST" });

export const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number between ${min} and ${max}`;
  return z.int({ error }).min(min, error).max(max, error);
};

/** What is read aloud: SSML tags are neither spoken nor counted. */
export function spokenText(text: string): string {
  return /^\s*<speak[\s>]/.test(text) ? text.replace(/<[^>]*>/g, "") : text;
}

/** In characters, as a JSON schema counts them: not in UTF-16 units. */
const charactersOf = (text: string) => [...text].length;

const level = z
  .union([z.number(), z.string()])
  .refine((value) => Math.abs(Number(value)) <= 1, "must be between -1 and 1");
const loop = z.int({ error: "must be a whole number" }).min(0, "must be 0 or more");

const talk = z.strictObject({
  action: z.literal("talk"),
  text: z
    .string({ error: "must be text" })
    .refine((text) => spokenText(text).trim() !== "", "must not be empty")
    .refine(
      (text) => charactersOf(spokenText(text)) <= TEXT_CHARS_MAX,
      `can contain up to ${TEXT_CHARS_MAX} characters`,
    ),
  language: z.string().optional(),
  style: z.int().min(0).optional(),
  premium: z.boolean().optional(),
  level: level.optional(),
  loop: loop.optional(),
  bargeIn: z.boolean({ error: "must be true or false" }).optional(),
});

const stream = z.strictObject({
  action: z.literal("stream"),
  streamUrl: oneUrl,
  level: level.optional(),
  loop: loop.optional(),
  bargeIn: z.boolean({ error: "must be true or false" }).optional(),
});

const input = z.strictObject({
  action: z.literal("input"),
  type: z
    .array(z.enum(["dtmf", "speech"]), { error: "must be an array of dtmf and speech" })
    .min(1, "must name dtmf or speech"),
  dtmf: z
    .strictObject({
      timeOut: wholeNumber(0, 10).optional(),
      maxDigits: wholeNumber(1, 20).optional(),
      submitOnHash: z.boolean({ error: "must be true or false" }).optional(),
    })
    .optional(),
  speech: z.looseObject({}).optional(),
  eventUrl: oneUrl.optional(),
  eventMethod: webhookMethod.optional(),
  mode: z.literal("synchronous", { error: "only synchronous is simulated" }).optional(),
});

const wait = z.strictObject({
  action: z.literal("wait"),
  timeout: z.number().min(0.1, "must be 0.1 or more").max(7200, "must be 7200 or less").optional(),
});

const notify = z.strictObject({
  action: z.literal("notify"),
  payload: z.record(z.string(), z.unknown()),
  eventUrl: oneUrl,
  eventMethod: webhookMethod.optional(),
});

/** Taken as they are: nothing here knows their settings. */
const skipped = z.looseObject({
  action: z.enum(["record", "conversation", "connect", "pay", "transfer"]),
});

const action = z.discriminatedUnion("action", [talk, stream, input, wait, notify, skipped], {
  error: "must be an object with a known action",
});

export const nccoSchema = z.array(action, { error: "must be an array of actions" }).superRefine((actions, context) => {
  for (const [index, prompt] of actions.entries()) {
    if ((prompt.action !== "talk" && prompt.action !== "stream") || prompt.bargeIn !== true) continue;
    const next = actions.slice(index + 1).find((later) => later.action !== "talk" && later.action !== "stream");
    if (next?.action === "input") continue;
    context.addIssue({ code: "custom", path: [index, "bargeIn"], message: "must be followed by an input action" });
  }
});

export type NccoAction = z.infer<typeof action>;
export type Ncco = readonly NccoAction[];
export type InputAction = z.infer<typeof input>;
export type NotifyAction = z.infer<typeof notify>;
