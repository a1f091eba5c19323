import { type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { FieldError } from "../../http/problem.ts";

/** A number that can be dialed, and the code of its country; or what is wrong with it. */
export type ReadNumber = { readonly countryCode: string } | Pick<FieldError, "wrong" | "expected">;

/** What applications put around a number that is copied from them; nobody sees it. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

const NUMBER = /^[\s(]*\+?[\d\s().\p{Pd}]+$/u;
const SHORTENED = /^\+?\d(?:[.,]\d+)?E\+?\d+$/i;
const WITH_DECIMALS = /^\+?(?<digits>\d{7,15})[.,]0+$/;
const WITH_ZERO = /\(\s*0\s*\)/;
const E164 = /^\+[1-9]\d{6,14}$/;
const LONGEST = 40;

/** What is said to be expected of a number. */
type Given = { readonly written: string; readonly expected: string; readonly near?: string | undefined };

/**
 * Reads a number as people write it down: spaces, dashes, dots and brackets are taken off an international one, which has
 * to be one that can exist. Without `+` it must not be a number of the country with the code `near`, too: somebody else
 * would be called. Whoever writes a national number is shown which one was probably meant.
 */
export function readNumber({ written, expected, near }: Given): ReadNumber {
  const text = written.replace(INVISIBLE, "").trim();
  const refused = (wrong: string, meant?: PhoneNumber) => ({
    wrong,
    expected: meant === undefined ? expected : `${meant.number}, the E.164 number that was probably meant`,
  });
  if (text.length > LONGEST) return refused(`must be ${expected}`);
  if (SHORTENED.test(text))
    return refused("was shortened by a spreadsheet: there, the column of numbers has to be text");
  const { digits: whole } = WITH_DECIMALS.exec(text)?.groups ?? {};
  if (whole !== undefined)
    return refused("has decimals: where it comes from, the column of numbers has to be text", abroad(whole));
  if (!NUMBER.test(text)) return refused(`must be ${expected}`, atHome(text, near));

  const hasPlus = text.includes("+");
  const digits = text.replace(/\D/g, "");
  if (WITH_ZERO.test(text))
    return refused("has a (0), which is dialed in its own country only", withoutZero(text, near));
  if (digits.startsWith("00") || (hasPlus && digits.startsWith("0")))
    return refused("begins with 0", abroad(digits.replace(/^0+/, "")));
  if (digits.startsWith("0")) return refused("is a national number", exitCode(digits, near) ?? atHome(digits, near));
  const number = abroad(digits);
  if (number === undefined) {
    const home = atHome(digits, near);
    return refused("is a number that cannot exist", !hasPlus || home?.isValid() ? home : undefined);
  }
  if (number.number !== `+${digits}`) return refused("has a national prefix after its country code", number);
  const other = hasPlus ? undefined : otherReading({ number, isBare: text === digits, near });
  if (other !== undefined) return refused("may be a national number", other);
  return { countryCode: number.countryCallingCode };
}

/** The number as one of another country; undefined where none can be like that. */
function abroad(digits: string): PhoneNumber | undefined {
  return possible(parsePhoneNumberFromString(`+${digits}`));
}

/** The number as one that is written without its country's code, which is this one. */
function atHome(text: string, near: string | undefined): PhoneNumber | undefined {
  return possible(parsePhoneNumberFromString(text, near === undefined ? undefined : { defaultCallingCode: near }));
}

function possible(number: PhoneNumber | undefined): PhoneNumber | undefined {
  return number?.isPossible() && E164.test(number.number) ? number : undefined;
}

/** `+44 (0) 20 …` and `0044 (0) 20 …` are meant for abroad, `(0) 20 …` is not. */
function withoutZero(text: string, near: string | undefined): PhoneNumber | undefined {
  const digits = text.replace(WITH_ZERO, "").replace(/\D/g, "");
  return abroad(digits.replace(/^0+/, "")) ?? atHome(`0${digits}`, near);
}

/** 011 is dialed before a number abroad in North America, as 00 is elsewhere. */
function exitCode(digits: string, near: string | undefined): PhoneNumber | undefined {
  return near === "1" && digits.startsWith("011") ? abroad(digits.slice(3)) : undefined;
}

/**
 * The number at home that this may be just as well. This interface has always taken bare digits for an international
 * number; they are, where there is such a number.
 */
function otherReading(given: { number: PhoneNumber; isBare: boolean; near: string | undefined }) {
  const { number, isBare, near } = given;
  if (near === undefined || number.countryCallingCode === near || (isBare && number.isValid())) return undefined;
  const other = atHome(number.number.slice(1), near);
  return other?.isValid() && other.number !== number.number ? other : undefined;
}
