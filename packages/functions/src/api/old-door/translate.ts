import type { FieldError } from "../../http/problem.ts";
import { type Fields, givenOf } from "../acceptance/parameters.ts";

/** The two requests of the deprecated API: one that asks for digits, and one that only speaks. */
export type OldMode = "tts_prompt" | "tts";

const OF_BOTH = [
  "api_key",
  "api_secret",
  "to",
  "from",
  "text",
  "lg",
  "voice",
  "repeat",
  "machine_detection",
  "machine_timeout",
  "callback",
  "callback_method",
];
/** What each of them takes. */
export const OLD_PARAMETERS: Readonly<Record<OldMode, readonly string[]>> = {
  tts: OF_BOTH,
  tts_prompt: [...OF_BOTH, "max_digits", "pin_code", "bye_text", "failed_text"],
};

/** By the names of today, those of then: where they are not the same. */
const OLD_NAMES: Readonly<Record<string, string>> = { language: "lg", loop: "repeat", random_from_number: "from" };

export const oldName = (field: string): string => OLD_NAMES[field] ?? field;

/** Marks that the deprecated API took in a text as it is; today they are SSML, and stand in `<speak>`. */
const MARK = /<\/?(?:break|emphasis|lang|p|phoneme|prosody|s|say-as|sub)\b/i;
const AUDIO = /<audio\b/i;
/** Which begins no entity. */
const LONE_AMPERSAND = /&(?!#?\w+;)/g;

const MOST_DIGITS = 16;
const USUAL_DIGITS = 4;

/** The same call by the parameters of today; the fields are those that were sent, in the body or in the query. */
export function translated(sent: Fields, mode: OldMode): { fields: Fields; errors: readonly FieldError[] } {
  const names = new Set(OLD_PARAMETERS[mode]);
  const { given, errors } = givenOf(asText(sent), { names, elsewhere: new Map() });
  const { to, from, text, lg = "en-us", voice, repeat, callback, callback_method = "GET", ...others } = given;
  const { bye_text, failed_text, machine_detection } = others;
  const fields = {
    to,
    ...(from === undefined ? { random_from_number: "true" } : { from }),
    text: marked(text),
    language: lg,
    voice,
    loop: repeat,
    bye_text: marked(bye_text),
    failed_text: marked(failed_text),
    ...detectionOf(machine_detection),
    callback,
    callback_method,
    ...(mode === "tts_prompt" ? askedOf(given) : { ask: "say" }),
  };
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  return { fields: Object.fromEntries(Object.entries(fields).filter(isGiven)), errors: [...errors, ...wrongIn(given)] };
}

/** In JSON a number may be one. */
function asText(sent: Fields): Fields {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [name, typeof value === "number" ? String(value) : value]),
  );
}

function marked(text: unknown): unknown {
  if (typeof text !== "string" || !MARK.test(text) || text.startsWith("<speak")) return text;
  return `<speak>${text.replaceAll(LONE_AMPERSAND, "&amp;")}</speak>`;
}

/**
 * After a wrong PIN the prompt is said again, behind what is said of that. Without a PIN the digits are wanted, whatever they
 * are, and asked for once.
 */
function askedOf({ pin_code, max_digits = String(USUAL_DIGITS) }: Fields): Fields {
  if (pin_code !== undefined) return { pin_code, repeat_text: "true" };
  return { ask: "capture", max_digits, max_attempts: "1" };
}

/** How long a machine is listened for is the carrier's to decide today: `machine_timeout` is read, and not passed on. */
function detectionOf(asked: unknown): Fields {
  if (asked === "true") return { machine_detection: "continue", advanced_machine_detection: "detect_beep" };
  return { machine_detection: asked };
}

function wrongIn(given: Fields): FieldError[] {
  const { text, bye_text, failed_text, machine_detection: detection, pin_code: pin, max_digits: most } = given;
  const wrong = (field: string, expected: string): FieldError => ({ field, wrong: `must be ${expected}`, expected });
  const audio = Object.entries({ text, bye_text, failed_text }).filter(
    ([, one]) => typeof one === "string" && AUDIO.test(one),
  );
  const digits = Number(most ?? USUAL_DIGITS);
  const isCount = Number.isInteger(digits) && digits >= 1 && digits <= MOST_DIGITS;
  return [
    ...audio.map(([field]) => wrong(field, "a text without <audio>, which the Voice API does not play in a text")),
    ...(detection === undefined || detection === "true" || detection === "hangup"
      ? []
      : [wrong("machine_detection", "true or hangup")]),
    ...(isCount ? [] : [wrong("max_digits", `a whole number from 1 to ${MOST_DIGITS}`)]),
    // Left out beside a PIN, its length is meant.
    ...(isCount && most !== undefined && typeof pin === "string" && pin.length !== digits
      ? [wrong("pin_code", "as many digits as max_digits says")]
      : []),
  ];
}
