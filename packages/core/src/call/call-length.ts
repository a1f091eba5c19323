import type { CallSpec } from "../contracts/records/spec.ts";
import type { Settings } from "../contracts/settings.ts";
import { SILENCE_SECONDS } from "./script.ts";

/** What decides how long a call can last. */
export type SpokenParts = Pick<
  CallSpec,
  | "introduction"
  | "text"
  | "failedText"
  | "silenceText"
  | "lastFailedText"
  | "repeatsText"
  | "byeText"
  | "beepText"
  | "ask"
  | "choices"
  | "choiceTexts"
  | "minDigits"
  | "submitsOnHash"
  | "voice"
  | "loop"
  | "pinLength"
  | "attemptsAllowed"
  | "inputTimeoutSeconds"
  | "ringingSeconds"
  | "longestSeconds"
  | "advancedDetection"
>;

/** A slow voice, so that nobody is cut off. Digits and pictures are read out as words. */
const SECONDS_A_LETTER = 0.1;
const SECONDS_A_SYLLABLE = 0.3;
const SECONDS_A_WORD = 1;

const SYLLABLES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const WORDS = /[\p{Nd}\p{Extended_Pictographic}]/gu;
const PAUSES = /<break\b[^>]*\btime\s*=\s*["'](\d+(?:\.\d+)?)(m?s)["']/g;

/** How long the carrier takes to tell a person from a machine. */
const DETECTION_SECONDS = 5;

/** From the last digit until the next words: the carrier asks us for the next script, twice if we do not answer. */
const ANSWER_SECONDS = 10;

/**
 * The longest a call lasts once it is answered: everything is said in full, and every digit comes at the last moment.
 */
export function lengthSeconds(spec: SpokenParts, { carrier }: Pick<Settings, "carrier">): number {
  return Math.min(neededSeconds(spec), spec.longestSeconds ?? carrier.lengthSeconds, carrier.lengthSeconds);
}

/** How long it takes to say all of it and to hear every key, however long a call may last. */
function neededSeconds(spec: SpokenParts): number {
  const { pinLength, attemptsAllowed, inputTimeoutSeconds = SILENCE_SECONDS, advancedDetection } = spec;
  const listening = attemptsAllowed * (pinLength * inputTimeoutSeconds + ANSWER_SECONDS);
  const beep = advancedDetection?.beepTimeoutSeconds ?? 0;
  return Math.ceil(saidSeconds(spec) + listening + DETECTION_SECONDS + beep);
}

/** How long it takes to say all of it, as often as it may be said. */
export function saidSeconds({
  introduction = "",
  text,
  failedText,
  silenceText = failedText,
  lastFailedText = "",
  byeText = "",
  beepText = "",
  choiceTexts = {},
  repeatsText,
  loop = 1,
  attemptsAllowed,
}: SpokenParts): number {
  const prompt = speechSeconds(text);
  const retries = [failedText, silenceText].map((said) =>
    said === undefined ? prompt : speechSeconds(said) + (repeatsText ? prompt : 0),
  );
  const goodbye = Math.max(...[byeText, lastFailedText, beepText, ...Object.values(choiceTexts)].map(speechSeconds));
  const before = speechSeconds(introduction) + loop * prompt;
  return before + (attemptsAllowed - 1) * Math.max(...retries) + goodbye;
}

/** How long after dialing the call is certainly over. */
export function deadlineSeconds(spoken: SpokenParts, settings: Pick<Settings, "carrier" | "timers">): number {
  const { carrier, timers } = settings;
  const shorterSeconds = carrier.lengthSeconds - lengthSeconds(spoken, settings);
  const sooner = carrier.ringingSeconds - (spoken.ringingSeconds ?? carrier.ringingSeconds);
  return timers.deadlineSeconds - Math.floor((shorterSeconds + sooner) / (carrier.clockSpeed ?? 1));
}

/** How long the carrier may be asked to let a phone ring. */
export const LONGEST_RINGING_SECONDS = 120;

/** How long after dialing any call is certainly over. */
export function longestCallSeconds({ carrier, timers }: Pick<Settings, "carrier" | "timers">): number {
  const longer = LONGEST_RINGING_SECONDS - carrier.ringingSeconds;
  return timers.deadlineSeconds + Math.ceil(longer / (carrier.clockSpeed ?? 1));
}

/**
 * When the deadline of calls that are dialed now comes: up to half the settle time later than it has to, together with those
 * of all that are dialed in that time. So many of them are handled by one invocation.
 */
export function deadlineAtMs(
  { nowMs, seconds }: { nowMs: number; seconds: number },
  { timers }: Pick<Settings, "timers">,
): number {
  const apartMs = timers.settleSeconds * 500;
  return Math.ceil((nowMs + seconds * 1_000) / apartMs) * apartMs;
}

/** The calls of a batch mostly say the same: so many texts are remembered. */
const MOST_KNOWN = 32;
const known = new Map<string, number>();

function speechSeconds(text: string): number {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const seconds = secondsToSay(text);
  known.set(text, seconds);
  return seconds;
}

/** Tags count as if they were spoken, which errs on the safe side. */
function secondsToSay(text: string): number {
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
