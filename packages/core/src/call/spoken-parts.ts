import type { VoiceSpec } from "../contracts/records/spec.ts";
import { askOf, type CallRequest } from "../contracts/request.ts";
import { DEFAULT_LANGUAGE, languageOf, styleOf, voicesOf } from "../contracts/voices.ts";
import { asSpoken } from "./as-spoken.ts";
import type { SpokenParts } from "./call-length.ts";
import { SILENCE_SECONDS } from "./script.ts";

/** What is said in a call, and how, as it is handed to the carrier. What is as always is left out: records stay small. */
export function spokenPartsOf(request: CallRequest): SpokenParts {
  const { introduction, bye_text, failed_text, silence_text, last_failed_text, beep_text } = request;
  const { loop, input_timeout, ringing_timer, length_timer } = request;
  const voice = voiceOf(request);
  const spoken = (text: string) => asSpoken(text, { takesSsml: takesSsml(voice) });
  return {
    ...(introduction !== undefined && { introduction: spoken(introduction) }),
    text: spoken(request.text),
    ...(bye_text !== undefined && { byeText: spoken(bye_text) }),
    ...(failed_text !== undefined && { failedText: spoken(failed_text) }),
    ...(silence_text !== undefined && { silenceText: spoken(silence_text) }),
    ...(last_failed_text !== undefined && { lastFailedText: spoken(last_failed_text) }),
    ...(beep_text !== undefined && { beepText: spoken(beep_text) }),
    ...(request.repeat_text && { repeatsText: true }),
    ...(Object.keys(voice).length > 0 && { voice }),
    ...(loop !== 1 && { loop }),
    ...askedOf(request, spoken),
    attemptsAllowed: request.max_attempts,
    ...(input_timeout !== SILENCE_SECONDS && { inputTimeoutSeconds: input_timeout }),
    ...(ringing_timer !== undefined && { ringingSeconds: ringing_timer }),
    ...(length_timer !== undefined && { longestSeconds: length_timer }),
    ...advancedDetectionOf(request),
  };
}

/** The modes that listen for a beep wait for it as long as the SDKs of the carrier do at the least. */
const LEAST_BEEP_TIMEOUT_SECONDS = 45;

function advancedDetectionOf({ advanced_machine_detection: mode, beep_timeout }: CallRequest) {
  if (mode === "off") return {};
  const beepTimeoutSeconds = beep_timeout ?? LEAST_BEEP_TIMEOUT_SECONDS;
  return { advancedDetection: mode === "detect" ? { mode } : { mode, beepTimeoutSeconds } };
}

/** What is asked, and how many keys are listened for. The request has been checked: it has what it asks with. */
function askedOf(request: CallRequest, spoken: (text: string) => string) {
  const ask = askOf(request);
  switch (ask) {
    case undefined:
    case "confirm":
      return { pinLength: request.pin_code?.length ?? 0 };
    case "press": {
      const { choices, choice_texts: texts } = request;
      const choiceTexts = texts && Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, spoken(text)]));
      return { ask, ...(choices && { choices }), ...(choiceTexts && { choiceTexts }), pinLength: 1 };
    }
    case "capture": {
      const { min_digits: minDigits, max_digits: pinLength, submit_on_hash: submitsOnHash } = request;
      return { ask, minDigits, pinLength, ...(submitsOnHash && { submitsOnHash }) };
    }
    case "say":
      return { ask, pinLength: 0 };
    default:
      return ask satisfies never;
  }
}

/** The request has been checked: its language is one that the carrier speaks. */
function voiceOf({ language: written, voice: gender, style: asked, premium, level }: CallRequest): VoiceSpec {
  const language = written === undefined ? undefined : languageOf(written);
  const style = gender === undefined ? asked : styleOf({ language: language ?? DEFAULT_LANGUAGE, gender });
  return {
    ...(language !== undefined && { language }),
    ...(style !== undefined && { style }),
    ...(premium && { premium }),
    ...(level !== undefined && { level }),
  };
}

function takesSsml({ language = DEFAULT_LANGUAGE, style = 0 }: VoiceSpec): boolean {
  return voicesOf(language).find((voice) => voice.style === style)?.takesSsml ?? true;
}
