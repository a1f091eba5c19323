import * as z from "zod/mini";
import { amount } from "./guard.ts";
import { hoursOf } from "./hours.ts";
import { ownSecret } from "./own-secret.ts";
import { DIGIT, decimal, flag, mapping, whole, words } from "./parameter-types.ts";
import { PRIORITIES } from "./priority.ts";
import { MOST_REDIALS, RETRIED } from "./reasons.ts";
import { namedReceiver, RESULT_PARAMETERS, type ResultParameter, resultParametersIn } from "./receiver.ts";
import { ADVANCED_DETECTIONS, MACHINE_DETECTIONS, OTHER_ASKS } from "./records/spec.ts";
import { REGIONS } from "./regions.ts";
import { choiceTexts, LONGEST_TEXT, someMessage, somePrompt, texts } from "./text-parameters.ts";

const LONGEST_REFERENCE = 64;
const LONGEST_LANGUAGE = 35;
const NO_TEXT = `expected text of 1 to ${LONGEST_TEXT} characters`;
/** Of what the carrier listens for at once. */
const MOST_DIGITS = 20;

/** Of voices, as the carrier tells them apart. */
export const GENDERS = ["female", "male"] as const;

/** What people put between the digits of a number. */
const BETWEEN_DIGITS = /[\s().\p{Pd}\p{Cf}]/gu;

const FROM = "an E.164 number of your account, 7 to 15 digits, with or without +";

/** As it is written for people; whether it is one that can be dialed is found when it is read. */
const number = (expected: string) => {
  const error = `expected ${expected}`;
  return z
    .string({ error })
    .check(z.refine((written) => /^\+?[1-9]\d{6,14}$/.test(written.replaceAll(BETWEEN_DIGITS, "")), { error }));
};

function name(longest: number) {
  const error = `expected text of 1 to ${longest} characters`;
  return z.string({ error }).check(z.minLength(1, { error }), z.maxLength(longest, { error }));
}

/** By the key that is pressed, the word that the result has for it. */
function choices() {
  const error =
    'expected an object of 1 to 10 words of A-Z, a-z, 0-9, "_", "-", each by its digit, as {"1": "confirmed"}';
  return mapping({ key: DIGIT, value: z.string({ error }).check(z.regex(/^[\w-]{1,64}$/, { error })), error });
}

/** Where results go. */
export function callbackUrl() {
  return z.url({ protocol: /^https?$/, error: "expected an http or https URL" }).check(
    z.maxLength(2048, { error: "expected a URL of at most 2048 characters" }),
    z.refine((url) => !URL.canParse(url) || namedReceiver(url) !== undefined, {
      error:
        "expected a URL whose user name and password are in UTF-8, without control characters, the name without colon",
    }),
  );
}

/** Whether it may be dialed within certain hours only, and which. */
function localTime() {
  const error = "expected true, false or hours such as 09:00-20:00, up to 24:00";
  return z.pipe(
    z.pipe(z.union([z.boolean(), z.string()], { error }), z.transform(String)),
    z.string().check(z.refine((written) => written === "false" || hoursOf(written) !== undefined, { error })),
  );
}

const isTrue = (given: unknown) => given === true || given === "true" || given === "1";

const hearsBeep = (mode: string) => mode === "default" || mode === "detect_beep";

/** The carrier takes other words after the beep where it has begun to speak before: it asks for them there alone. */
const mayLeaveWords = (asked: {
  beep_text?: string | undefined;
  advanced_machine_detection: string;
  machine_detection: string;
}) =>
  asked.beep_text === undefined ||
  (asked.advanced_machine_detection === "default" && asked.machine_detection !== "hangup");

/** JSON is a body, and a GET has none. */
const hasBody = ({ callback_method, callback_format }: { callback_method: string; callback_format: string }) =>
  callback_format === "form" || callback_method === "POST";

/** The parameters of a call, trimmed. Names and limits are those of the interface that this service inherited. */
export const CallRequestSchema = z
  .object({
    to: number("an E.164 number of 7 to 15 digits, with or without +"),
    from: z.optional(number(FROM)),
    random_from_number: flag,
    introduction: someMessage,
    text: somePrompt,
    texts: z.optional(texts()),
    ask: z.optional(z.enum(["confirm", ...OTHER_ASKS], { error: "expected confirm, press, capture or say" })),
    pin_code: z.optional(
      z
        .string({ error: "expected 1 to 20 digits, as text so that leading zeros are kept" })
        .check(z.regex(/^\d{1,20}$/, { error: "expected 1 to 20 digits" })),
    ),
    choices: z.optional(choices()),
    choice_texts: z.optional(choiceTexts()),
    min_digits: z._default(whole({ least: 1, most: MOST_DIGITS }), 1),
    max_digits: z._default(whole({ least: 1, most: MOST_DIGITS }), 4),
    submit_on_hash: flag,
    callback: z.optional(callbackUrl()),
    callback_method: z._default(
      z.pipe(
        z.string({ error: "expected GET or POST" }).check(z.toUpperCase()),
        z.enum(["GET", "POST"], { error: "expected GET or POST" }),
      ),
      "POST",
    ),
    callback_format: z._default(z.enum(["form", "json"], { error: "expected form or json" }), "form"),
    bye_text: someMessage,
    failed_text: someMessage,
    silence_text: someMessage,
    last_failed_text: someMessage,
    beep_text: someMessage,
    repeat_text: flag,
    language: z.optional(name(LONGEST_LANGUAGE)),
    voice: z.optional(z.enum(GENDERS, { error: "expected female or male" })),
    style: z.optional(whole({ least: 0, most: 99 })),
    premium: flag,
    level: z.optional(decimal({ least: -1, most: 1 })),
    loop: z._default(whole({ least: 1, most: 10 }), 1),
    max_attempts: z._default(whole({ least: 1, most: 10 }), 3),
    input_timeout: z._default(whole({ least: 1, most: 10, error: "expected 1 to 10 seconds" }), 5),
    ringing_timer: z.optional(whole({ least: 1, most: 120, error: "expected 1 to 120 seconds" })),
    length_timer: z.optional(whole({ least: 1, most: 86_400, error: "expected 1 to 86400 seconds" })),
    local_time: z.optional(localTime()),
    retry_times: z.optional(whole({ least: 0, most: MOST_REDIALS, error: `expected 0 to ${MOST_REDIALS}` })),
    retry_after: z.optional(whole({ least: 10, most: 43_200, error: "expected 10 to 43200 seconds" })),
    retry_on: z.optional(words({ of: RETRIED, error: `expected some of ${RETRIED.join(", ")}` })),
    priority: z._default(z.enum(PRIORITIES, { error: "expected high, normal or low" }), "normal"),
    reference: z.optional(name(LONGEST_REFERENCE)),
    machine_detection: z._default(
      z.enum(["off", ...MACHINE_DETECTIONS], { error: "expected off, continue or hangup" }),
      "off",
    ),
    advanced_machine_detection: z._default(
      z.enum(["off", ...ADVANCED_DETECTIONS], { error: "expected off, default, detect or detect_beep" }),
      "off",
    ),
    beep_timeout: z.optional(whole({ least: 45, most: 120, error: "expected 45 to 120 seconds" })),
    region: z.optional(z.enum(REGIONS, { error: `expected one of ${REGIONS.join(", ")}` })),
    callback_secret: z.optional(ownSecret()),
  })
  .check(
    // A GET is signed as a whole: a parameter of the receiver's own would be taken for ours.
    z.refine((call) => call.callback_method === "POST" || !mayBeMistaken(call), {
      path: ["callback"],
      error: `expected for GET a URL without any parameter of the result: ${RESULT_PARAMETERS.join(", ")}`,
    }),
    z.refine(hasBody, {
      path: ["callback_format"],
      error: "expected form with the callback_method GET, which has no body",
    }),
    // Where another field is wrong, too, this is still said.
    z.refine(({ text: said, texts: byLanguage }) => said !== undefined || byLanguage !== undefined, {
      path: ["text"],
      error: NO_TEXT,
      when: () => true,
    }),
    z.refine(({ from, random_from_number }) => from !== undefined || isTrue(random_from_number), {
      path: ["from"],
      error: `expected ${FROM}`,
      when: () => true,
    }),
    z.refine(({ from, random_from_number }) => from === undefined || !random_from_number, {
      path: ["random_from_number"],
      error: "expected false where from is given",
    }),
    z.refine(({ beep_timeout, advanced_machine_detection: mode }) => beep_timeout === undefined || hearsBeep(mode), {
      path: ["beep_timeout"],
      error: "expected left out unless advanced_machine_detection is default or detect_beep",
    }),
    z.refine(mayLeaveWords, {
      path: ["beep_text"],
      error: "expected left out unless advanced_machine_detection is default, and machine_detection not hangup",
    }),
  );

/** Where nothing of that kind is asked, a result has no such parameter. */
const ONLY_OF: Partial<Record<ResultParameter, CallRequest["ask"]>> = { choice: "press", digits: "capture" };

function mayBeMistaken({ callback, ...call }: Pick<AskedCall, "callback" | "ask" | "pin_code" | "choices">): boolean {
  // It is looked at, too, where it has been found to be no address.
  const own = callback === undefined || !URL.canParse(callback) ? [] : resultParametersIn(new URL(callback));
  return own.some((name) => ONLY_OF[name] === undefined || ONLY_OF[name] === askOf(call));
}

/** As it was sent. */
export type AskedCall = z.infer<typeof CallRequestSchema>;
/** With the texts of its language. */
export type CallRequest = Omit<AskedCall, "text" | "texts"> & { readonly text: string };

/** What is asked of the person: as it says, or as follows from what it has; undefined where nothing says it. */
export function askOf({ ask, pin_code, choices }: { readonly [Field in "ask" | "pin_code" | "choices"]?: unknown }) {
  return (ask ??
    (pin_code !== undefined ? "confirm" : choices !== undefined ? "press" : undefined)) as CallRequest["ask"];
}

const price = { error: 'expected an amount in EUR, as "0.25"' };

/** What holds for all calls of a request: when they may be dialed, what they may cost, whether they are real. */
export const RequestOptionsSchema = z.object({
  expires_in: z._default(whole({ least: 1, most: 86_400, error: "expected 1 to 86400 seconds" }), 3_600),
  send_at: z.optional(
    z.iso.datetime({ offset: true, error: "expected a time such as 2026-01-31T12:00:00Z, up to 7 days ahead" }),
  ),
  /** The most that all of them together may cost. */
  max_price: z.optional(z.pipe(z.pipe(z.union([z.number(), z.string()], price), z.transform(String)), amount)),
  /** Says what would become of them, and calls nobody. */
  dry_run: flag,
});
export type RequestOptions = z.infer<typeof RequestOptionsSchema>;
