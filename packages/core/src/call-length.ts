import type { CallSpec } from "./records/spec.ts";
import type { CallRequest } from "./request.ts";
import { SILENCE_SECONDS } from "./script.ts";
import type { Settings } from "./settings.ts";

/** What is said and heard, which decides how long a call can last. */
export type Said = Pick<CallSpec, "text" | "failedText" | "byeText" | "pinLength" | "attemptsAllowed">;

const ATTEMPTS_ALLOWED = 3;

export function saidOf(request: CallRequest): Said {
  const { text, pin_code: pin, bye_text: byeText, failed_text: failedText } = request;
  return {
    text,
    ...(byeText !== undefined && { byeText }),
    ...(failedText !== undefined && { failedText }),
    pinLength: pin.length,
    attemptsAllowed: ATTEMPTS_ALLOWED,
  };
}

/** Of a slow voice, so that nobody is cut off. Most characters are letters; some are syllables; digits and pictures are read out as words. */
const SECONDS_A_LETTER = 0.1;
const SECONDS_A_SYLLABLE = 0.3;
const SECONDS_A_WORD = 1;

const SYLLABLES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const WORDS = /[\p{Nd}\p{Extended_Pictographic}]/gu;
const PAUSES = /<break\b[^>]*\btime\s*=\s*["'](\d+(?:\.\d+)?)(m?s)["']/g;

/** The carrier's, where it looks whether a person or a machine has answered. */
const DETECTION_SECONDS = 5;

/** From the last digit until the next words: the carrier asks us what to say, and asks again where it gets no answer. */
const ANSWER_SECONDS = 10;

/** How long the call can last once it is answered: everything said in full, and every digit waited for to the last. */
export function lengthSeconds(
  { text, failedText = text, byeText = "", pinLength, attemptsAllowed }: Said,
  { carrier }: Pick<Settings, "carrier">,
): number {
  const said = speechSeconds(text) + (attemptsAllowed - 1) * speechSeconds(failedText) + speechSeconds(byeText);
  const heard = attemptsAllowed * (pinLength * SILENCE_SECONDS + ANSWER_SECONDS);
  return Math.min(Math.ceil(said + heard + DETECTION_SECONDS), carrier.lengthSeconds);
}

/** How long after it was dialed the call is over for certain. */
export function deadlineSeconds(said: Said, settings: Pick<Settings, "carrier" | "timers">): number {
  const { carrier, timers } = settings;
  const shorterSeconds = carrier.lengthSeconds - lengthSeconds(said, settings);
  return timers.deadlineSeconds - Math.floor(shorterSeconds / (carrier.clockSpeed ?? 1));
}

/** Tags count as if they were said: that is on the safe side, too. */
function speechSeconds(text: string): number {
  const characters = [...text].length;
  const syllables = countOf(text, SYLLABLES);
  const words = countOf(text, WORDS);
  const letters = characters - syllables - words;
  const spoken = letters * SECONDS_A_LETTER + syllables * SECONDS_A_SYLLABLE + words * SECONDS_A_WORD;
  const pauses = [...text.matchAll(PAUSES)].map(([, time, unit]) => Number(time) / (unit === "ms" ? 1000 : 1));
  return pauses.reduce((sum, seconds) => sum + seconds, spoken);
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
