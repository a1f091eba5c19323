import type { AskedCall, CallRequest } from "@promptcall/core/contracts/request";
import { DEFAULT_LANGUAGE, languageOf } from "@promptcall/core/contracts/voices";
import type { FieldError } from "../../http/problem.ts";
import { countryOf } from "./callee.ts";
import { unknownLanguage } from "./unknown-language.ts";

/** Asks for the language of the country that is called. */
const AUTO = "auto";

type Texts = NonNullable<AskedCall["texts"]>[string];

/** What is said in a call: its texts in its language, where there are several, or the ones that it has for all. */
export function chooseTexts(asked: AskedCall): CallRequest | { errors: readonly FieldError[] } {
  const { texts, text, ...others } = asked;
  if (texts === undefined) {
    if (others.language === AUTO) return { errors: [AUTO_WITHOUT_TEXTS] };
    return text === undefined ? { errors: [] } : { ...others, text };
  }
  const unknown = Object.keys(texts).find((written) => languageOf(written) === undefined);
  if (unknown !== undefined) return { errors: [unknownLanguage({ field: "texts", written: unknown })] };
  const found = textsFor(asked, new Map(Object.entries(texts).map(([written, said]) => [languageOf(written), said])));
  if (found === undefined) {
    const { language, ...usual } = others;
    const kept = language === AUTO ? usual : others;
    return text === undefined ? { errors: [withoutText(language)] } : { ...kept, text };
  }
  const said = typeof found.said === "string" ? { text: found.said } : given(found.said);
  const chosen = { ...others, ...(text !== undefined && { text }), ...said, language: found.language };
  return hasText(chosen) ? chosen : { errors: [withoutText(others.language)] };
}

/** What of a call may have been chosen by its language. */
export function textsIn(request: CallRequest): Partial<CallRequest> {
  const { text, introduction, bye_text, failed_text, silence_text, last_failed_text, beep_text, choice_texts } =
    request;
  return { text, introduction, bye_text, failed_text, silence_text, last_failed_text, beep_text, choice_texts };
}

const AUTO_WITHOUT_TEXTS: FieldError = {
  field: "language",
  wrong: "is auto, and there is nothing to choose from",
  expected: "texts, by language",
};

function withoutText(language: string | undefined): FieldError {
  const which = language === AUTO ? "the language of the country that is called" : "the language of the call";
  return { field: "texts", wrong: `has no text in ${which}`, expected: "one, or text for all others" };
}

function textsFor({ to, language: written }: AskedCall, texts: ReadonlyMap<string | undefined, Texts>) {
  const languages = [...texts.keys()].filter((code) => code !== undefined);
  const language = written === AUTO ? spokenIn(countryOf(to), languages) : languageOf(written ?? DEFAULT_LANGUAGE);
  const said = language === undefined ? undefined : texts.get(language);
  return language === undefined || said === undefined ? undefined : { language, said };
}

/** Names of the carrier's that are not those of the list of languages by country. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = { zh: ["cmn", "yue"], nb: ["nb", "no"], no: ["nb", "no"] };

/**
 * The language that most people of a country speak, as far as it is among these: with the country if there is one, else as
 * it is spoken elsewhere (https://www.unicode.org/reports/tr35/#Likely_Subtags).
 */
function spokenIn(country: string | undefined, languages: readonly string[]): string | undefined {
  if (country === undefined) return undefined;
  const { language } = new Intl.Locale(`und-${country}`).maximize();
  const names = WRITTEN[language] ?? [language];
  const spoken = languages.filter((code) => names.includes(code.split("-")[0] ?? ""));
  return spoken.find((code) => code.split("-")[1] === country) ?? spoken[0];
}

/** Of an object, the texts that it has: one that it has not is that for all. */
function given(texts: Exclude<Texts, string>): Partial<CallRequest> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
}

function hasText<Call extends { text?: string | undefined }>(call: Call): call is Call & { text: string } {
  return call.text !== undefined;
}
