import { areDigitsMarked, asSpoken } from "@promptcall/core/call/as-spoken";
import { saidSeconds } from "@promptcall/core/call/call-length";
import { spokenPartsOf } from "@promptcall/core/call/spoken-parts";
import type { CallRequest } from "@promptcall/core/contracts/request";
import { isSsml, spokenLength } from "@promptcall/core/contracts/spoken-text";
import { LONGEST_TEXT } from "@promptcall/core/contracts/text-parameters";
import { DEFAULT_LANGUAGE, languageOf, styleOf, voicesOf } from "@promptcall/core/contracts/voices";
import type { FieldError } from "../../http/problem.ts";
import { ssmlError } from "./ssml-error.ts";
import { unknownLanguage } from "./unknown-language.ts";

const TEXTS = [
  "introduction",
  "text",
  "bye_text",
  "failed_text",
  "silence_text",
  "last_failed_text",
  "beep_text",
] as const;

/** What the carrier could not say, or not in the voice that is asked for; or what is too much for one call. */
export function speechErrors(
  request: CallRequest,
  { longestSeconds }: { readonly longestSeconds: number },
): readonly FieldError[] {
  const wrong = [...voiceErrors(request), ...textsOf(request).flatMap((one) => textError(one, request))];
  return wrong.length > 0 ? wrong : lengthError(request, longestSeconds);
}

function voiceErrors({ language: written, voice: gender, style, premium }: CallRequest): readonly FieldError[] {
  const language = written === undefined ? DEFAULT_LANGUAGE : languageOf(written);
  if (language === undefined) return [unknownLanguage({ field: "language", written: written ?? "" })];
  if (gender !== undefined && style !== undefined)
    return [{ field: "voice", wrong: "is given beside style", expected: "one of the two" }];
  const voices = voicesOf(language);
  if (gender !== undefined && styleOf({ language, gender }) === undefined)
    return [{ field: "voice", wrong: `is not to be had in ${language}`, expected: "another voice, or a style" }];
  const chosen = style ?? (gender === undefined ? 0 : styleOf({ language, gender }));
  const found = voices.find((one) => one.style === chosen);
  if (found === undefined && voices.length > 0)
    return [{ field: "style", wrong: `is none of ${language}`, expected: `one of ${stylesOf(voices)}` }];
  if (!premium || found === undefined || found.isPremium) return [];
  const others = stylesOf(voices.filter(({ isPremium }) => isPremium)) || "none";
  const expected = `a style that has one; in ${language} these have: ${others}`;
  return [
    { field: "premium", wrong: `is asked for, and style ${chosen} of ${language} has no premium voice`, expected },
  ];
}

const stylesOf = (voices: ReturnType<typeof voicesOf>) => voices.map(({ style }) => style).join(", ");

interface Said {
  readonly field: string;
  readonly text: string;
}

function textsOf(request: CallRequest): readonly Said[] {
  const choices = Object.values(request.choice_texts ?? {}).map((text) => ({ field: "choice_texts", text }));
  return [
    ...TEXTS.flatMap((field) => ({ field, text: request[field] ?? "" })).filter(({ text }) => text !== ""),
    ...choices,
  ];
}

function textError({ field, text }: Said, request: CallRequest): readonly FieldError[] {
  if (!areDigitsMarked(text))
    return [
      { field, wrong: "has {digits:…} with something else in it", expected: "1 to 20 digits, as in {digits:1234}" },
    ];
  const error = ssmlError(text);
  if (error !== undefined) return [{ field, ...error }];
  const style = { takesSsml: takesSsml(request) };
  if (isSsml(text) && !style.takesSsml)
    return [{ field, wrong: "is SSML, which this style does not take", expected: "plain text, or another style" }];
  if (spokenLength(asSpoken(text, style)) <= LONGEST_TEXT) return [];
  const expected = `at most ${LONGEST_TEXT} characters, & and < counted as the &amp; and &lt; that are sent for them`;
  return [{ field, wrong: "is too long with what stands for & and <", expected }];
}

function takesSsml({ language: written = DEFAULT_LANGUAGE, voice: gender, style }: CallRequest): boolean {
  const language = languageOf(written) ?? DEFAULT_LANGUAGE;
  const chosen = gender === undefined ? (style ?? 0) : styleOf({ language, gender });
  return voicesOf(language).find((one) => one.style === chosen)?.takesSsml ?? true;
}

function lengthError(request: CallRequest, longestSeconds: number): readonly FieldError[] {
  const seconds = Math.ceil(saidSeconds(spokenPartsOf(request)));
  if (seconds <= longestSeconds) return [];
  const wrong = `takes up to ${seconds} s to be said, as often as it may be`;
  return [{ field: "text", wrong, expected: `what takes no longer than a call may last: ${longestSeconds} s` }];
}
