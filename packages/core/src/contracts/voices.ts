import type { GENDERS } from "./request.ts";

/**
 * The voices of the carrier's text to speech, by language: the style's number, `f` or `m` for a female or a male voice,
 * `s` where it takes SSML, `p` where there is a premium voice of the same style. From the carrier's own list, of 2023-08-23,
 * which "is subject to change": https://github.com/nexmo-community/vapi-tts-voices/blob/6305464/voices.json. `lt-LT` and `mr-IN`
 * are in its SDKs alone, without voices: https://github.com/Vonage/vonage-java-sdk/blob/609f524/src/main/java/com/vonage/client/voice/TextToSpeechLanguage.java
 */
const VOICES: Readonly<Record<string, string>> = {
  "af-ZA": "0fs",
  ar: "0fs 1fsp 2f 3msp 4msp 5m 6m 7fsp",
  "bg-BG": "0fs",
  "bn-IN": "0fsp 1msp",
  "ca-ES": "0f 1m 2fs 3fsp",
  "cmn-CN": "0fs 1fsp 2fsp 3f 4msp 5msp",
  "cmn-TW": "0f 1fsp 2msp 3msp",
  "cs-CZ": "0fsp 1f 2f",
  "cy-GB": "0fs",
  "da-DK": "0fs 1fsp 2ms 3fsp 4fsp 5msp 6m",
  "de-AT": "0fs",
  "de-DE": "0fs 1fs 2fsp 3ms 4msp 5fsp 6msp 7fsp 8msp 11ms",
  "el-GR": "0fsp 1f 2m",
  "en-AU": "0fs 1fsp 2fsp 3ms 4msp 5msp 6f 7m",
  "en-GB": "0fs 1fs 2fsp 3fsp 4ms 5msp 6msp 7fsp 8fs 12ms",
  "en-GB-SCT": "0f",
  "en-GB-WLS": "0ms",
  "en-IE": "0f",
  "en-IN": "0fs 1fs 2fsp 3msp 4msp 5fsp 6f 7fs",
  "en-NZ": "0fs",
  "en-US": "0fs 1fs 2fs 3fs 4fs 5fsp 6fsp 7ms 8ms 9ms 10msp 11msp 12fsp 13fsp 14fsp 20msp 21msp 22msp 24ms",
  "en-ZA": "0f 1fs",
  "es-CO": "0f 1m",
  "es-ES": "0fs 1fs 2fs 3f 4ms 5fsp 6fsp 7f 8msp",
  "es-MX": "0fs 1f 2f 3m",
  "es-US": "0fs 1ms 2fs 3fsp 4msp 5msp 6ms",
  "eu-ES": "0f",
  "fi-FI": "0fsp 1f",
  "fil-PH": "0fsp 1fsp 2msp 3msp",
  "fr-CA": "0fs 1fsp 2fsp 3msp 4msp 5f 6m 7f 8fs 9ms",
  "fr-FR": "0fs 1fs 2fsp 3fsp 4fsp 5ms 6msp 7msp",
  "gl-ES": "0f",
  "gu-IN": "0fsp 1msp",
  "he-IL": "0f",
  "hi-IN": "0fs 1fsp 2f 3msp 4msp 5fsp 6fs",
  "hu-HU": "0fsp 1f",
  "id-ID": "0fsp 1f 2msp 3msp 4fsp",
  "is-IS": "0fs 1ms 2fs",
  "it-IT": "0fs 1fs 2fsp 3fsp 4ms 5msp 6msp",
  "ja-JP": "0fs 1fsp 2fsp 3ms 4msp 5msp",
  "kn-IN": "0fs 1ms",
  "ko-KR": "0fs 1fsp 2fsp 3f 4msp 5msp",
  "lt-LT": "",
  "lv-LV": "0ms",
  "ml-IN": "0fsp 1msp",
  "mr-IN": "",
  "ms-MY": "0fsp 1fsp 2msp 3msp",
  "nb-NO": "0fs 1fsp 2fsp 3fsp 4msp 5msp 6f 7m",
  "nl-BE": "0fsp 1f 2msp",
  "nl-NL": "0fs 1fsp 2fsp 3fsp 4ms 5msp 6msp",
  "no-NO": "0f 1m",
  "pa-IN": "0fsp 1fsp 2msp 3msp",
  "pl-PL": "0fs 1fs 2fsp 3fsp 4fsp 5ms 6ms 7msp 8msp 9f",
  "pt-BR": "0fs 1fsp 2f 3ms 4m 5fs",
  "pt-PT": "0fs 1fsp 2fsp 3f 4f 5ms 6msp 7msp",
  "ro-RO": "0fs 1f 2fsp",
  "ru-RU": "0fs 1fsp 2fsp 3fsp 4ms 5msp 6msp 7f 8f 9m",
  "sk-SK": "0fsp 1f",
  "sr-RS": "0fs",
  "sv-SE": "0fs 1fsp 2f 3m",
  "ta-IN": "0fsp 1msp",
  "te-IN": "0fs 1ms",
  "th-TH": "0f 1fs",
  "tr-TR": "0fs 1fsp 2fsp 3fsp 4f 5msp 6msp 7m",
  "uk-UA": "0fsp",
  "vi-VN": "0fsp 1fsp 2msp 3msp",
  "yue-CN": "0f 1fs",
};

export const LANGUAGES: readonly string[] = Object.keys(VOICES);

export const DEFAULT_LANGUAGE = "en-US";

type Gender = (typeof GENDERS)[number];

export interface Voice {
  readonly style: number;
  readonly gender: Gender;
  /** Whether it takes SSML. */
  readonly takesSsml: boolean;
  readonly isPremium: boolean;
}

/** Names of the TTS Prompt API that are no longer in use. */
const OLD_CODES: Readonly<Record<string, string>> = { "zh-cn": "cmn-CN", "zh-tw": "cmn-TW" };

const BY_LOWER_CASE = new Map([
  ...LANGUAGES.map((code) => [code.toLowerCase(), code] as const),
  ...Object.entries(OLD_CODES),
]);

/** The language as the carrier spells it; undefined for one that it does not speak. */
export function languageOf(written: string): string | undefined {
  return BY_LOWER_CASE.get(written.toLowerCase().replaceAll("_", "-"));
}

const read = new Map<string, readonly Voice[]>();

/** Nothing is known of the voices of some languages: then there are none here. */
export function voicesOf(language: string): readonly Voice[] {
  if (!Object.hasOwn(VOICES, language)) return [];
  const known = read.get(language) ?? parsed(VOICES[language]);
  read.set(language, known);
  return known;
}

function parsed(listed = ""): readonly Voice[] {
  return [...listed.matchAll(/(\d+)([fm])(s?)(p?)/g)].map(([, style, gender, ssml, premium]) => ({
    style: Number(style),
    gender: gender === "f" ? "female" : "male",
    takesSsml: ssml === "s",
    isPremium: premium === "p",
  }));
}

/** The lowest style of a gender, one that takes SSML if there is any. */
export function styleOf({ language, gender }: { language: string; gender: Gender }): number | undefined {
  const voices = voicesOf(language).filter((voice) => voice.gender === gender);
  return (voices.find(({ takesSsml }) => takesSsml) ?? voices[0])?.style;
}
