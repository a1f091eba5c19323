import { isAwaited } from "../contracts/awaited.ts";
import type { CallSpec } from "../contracts/records/spec.ts";
import type { Call, Completed } from "./call.ts";
import { maskNumber } from "./phone.ts";

/** In place of what was erased: a reader of any version expects the field. */
export const ERASED = "";

/** Until then a deployment that was broken over a long weekend has been mended, and has ended what waited. */
const UNFINISHED_MS = 4 * 24 * 3_600_000;

/**
 * When what is not over yet is forgotten, whatever became of it; epoch ms. A request may die after its words were written
 * and before anybody knew of them.
 */
export function forgottenAtMs({ lastDialMs }: { lastDialMs: number }): number {
  return lastDialMs + UNFINISHED_MS;
}

/** What goes with the words; a reader expects `text` and `pinHash`, and none of these. */
export const OPTIONAL_WORDS = [
  "introduction",
  "byeText",
  "failedText",
  "silenceText",
  "lastFailedText",
  "beepText",
  "choices",
  "choiceTexts",
  "pinKeyId",
  "sealedCredential",
] as const;

/** A completed call has no use for what was said, nor for the PIN's hash. */
export function withoutWords(spec: CallSpec): CallSpec {
  const {
    introduction,
    byeText,
    failedText,
    silenceText,
    lastFailedText,
    beepText,
    choices,
    choiceTexts,
    pinKeyId,
    sealedCredential,
    ...kept
  } = spec satisfies {
    [Field in (typeof OPTIONAL_WORDS)[number]]?: unknown;
  };
  return { ...kept, text: ERASED, pinHash: ERASED };
}

/** Whether nothing is left to say, and no digits to compare with. */
export function isWordless({ text }: Pick<CallSpec, "text">): boolean {
  return text === ERASED;
}

/**
 * A spec without what is known of a person. Where its result goes is kept: one that is parked can still be sent, with the
 * masked number.
 */
export function forgottenSpec(spec: CallSpec): CallSpec {
  if (isForgotten(spec)) return spec;
  const { reference, randomFrom, ...kept } = withoutWords(spec);
  return { ...kept, to: maskNumber(spec.to), from: ERASED };
}

/** Nobody has chosen the number of the caller, and the carrier was not to either. */
function isForgotten({ from, randomFrom }: CallSpec): boolean {
  return from === ERASED && randomFrom === undefined;
}

export function forgottenCall({ reference, ...kept }: Completed): Completed {
  return withoutDigits(kept);
}

/** Once its result is delivered, the digits that it said are nobody's any more. */
export function withoutDigits(call: Completed): Completed {
  if (call.outcome.status !== "ok") return call;
  const { sealedDigits, ...outcome } = call.outcome;
  return { ...call, outcome };
}

/** What a person keyed, of a call whose result has it and is not delivered. */
export function sealedDigitsOf(call: Call): string | undefined {
  return call.phase === "completed" && call.outcome.status === "ok" ? call.outcome.sealedDigits : undefined;
}

/** Whether its result says what was keyed: digits that were asked for, or to a client of the deprecated API its own PIN. */
export function saysDigits({ ask, callback }: Pick<CallSpec, "ask" | "callback">): boolean {
  return ask === "capture" || (ask === undefined && callback.shape === "tts_prompt" && isAwaited({ callback }));
}

/** Whether its result had digits that are erased by now. */
export function hadDigits({ spec, call }: { spec: CallSpec; call: Completed }): boolean {
  return saysDigits(spec) && call.outcome.status === "ok" && sealedDigitsOf(call) === undefined;
}
