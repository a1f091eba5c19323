import { isSsml } from "../contracts/spoken-text.ts";

/** `{digits:1234}` in a text. */
const MARKED = /\{digits:([^{}]*)\}/g;
const DIGITS = /^\d{1,20}$/;

/** Whether all that is marked as digits is. */
export function areDigitsMarked(text: string): boolean {
  return [...text.matchAll(MARKED)].every(([, marked = ""]) => DIGITS.test(marked));
}

/** A text in which what is marked as digits is said digit by digit, in the voice's own language. */
export function withDigitsSpoken(text: string, { takesSsml }: { readonly takesSsml: boolean }): string {
  if (text.search(MARKED) < 0) return text;
  // A pause after each: a comma is one.
  if (!takesSsml) return text.replaceAll(MARKED, (_, digits: string) => [...digits].join(", "));
  const written = isSsml(text) ? text : `<speak>${escaped(text)}</speak>`;
  return written.replaceAll(MARKED, (_, digits: string) => `<say-as interpret-as='digits'>${digits}</say-as>`);
}

/** As XML asks for it. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
