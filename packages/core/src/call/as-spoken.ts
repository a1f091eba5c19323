import { isSsml } from "../contracts/spoken-text.ts";

/** `{digits:1234}` in a text. */
const MARKED = /\{digits:([^{}]*)\}/g;
/** What cannot be sent as plain text. */
const SPECIAL = /[&<]|\{digits:[^{}]*\}/;
const DIGITS = /^\d{1,20}$/;

/** Whether all that is marked as digits is. */
export function areDigitsMarked(text: string): boolean {
  return [...text.matchAll(MARKED)].every(([, marked = ""]) => DIGITS.test(marked));
}

/**
 * A text as the carrier is to say it: what is marked as digits digit by digit, in the voice's own language, and `&` and `<` as
 * signs. Those begin tags and entities to a carrier that reads SSML; a voice that takes none is given the text as it is.
 */
export function asSpoken(text: string, { takesSsml }: { readonly takesSsml: boolean }): string {
  // A pause after each: a comma is one.
  if (!takesSsml) return text.replaceAll(MARKED, (_, digits: string) => [...digits].join(", "));
  const written = isSsml(text) || text.search(SPECIAL) < 0 ? text : `<speak>${escaped(text)}</speak>`;
  return written.replaceAll(MARKED, (_, digits: string) => `<say-as interpret-as='digits'>${digits}</say-as>`);
}

/** As XML asks for it. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
