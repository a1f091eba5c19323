import type { Kind } from "@promptcall/core/contracts/guard";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/** Who is called, as far as the number tells. */
export interface Callee {
  /** E.164, without `+`. */
  readonly digits: string;
  readonly kind: Kind | undefined;
  /** Of its country; undefined where there is no such code. */
  readonly callingCode: string | undefined;
}

/**
 * Codes that are no country's: those of satellites, and of networks that satellites are among; and those whose calls
 * are dear or pay their owner (https://www.itu.int/dms_pub/itu-t/opb/sp/T-SP-E.164D-11-2011-PDF-E.pdf).
 */
const GLOBAL_CODES: Readonly<Record<string, Kind>> = {
  "808": "premium",
  "870": "satellite",
  "878": "premium",
  "881": "satellite",
  "882": "satellite",
  "883": "satellite",
  "979": "premium",
};

/** Of the kinds that the library tells apart; personal numbers are charged like premium ones where there are any. */
const PREMIUM_TYPES: ReadonlySet<string | undefined> = new Set(["PREMIUM_RATE", "SHARED_COST", "PERSONAL_NUMBER"]);

/** The country of a number, by its two letters; undefined where it is of none, or that cannot be told. */
export function countryOf(to: string): string | undefined {
  return parsePhoneNumberFromString(`+${to.replace(/\D/g, "")}`)?.country;
}

/** The number has been read: digits with or without `+`. */
export function calleeOf(to: string): Callee {
  const digits = to.replace(/\D/g, "");
  const global = GLOBAL_CODES[digits.slice(0, 3)];
  if (global !== undefined) return { digits, kind: global, callingCode: digits.slice(0, 3) };
  const number = parsePhoneNumberFromString(`+${digits}`);
  const kind = PREMIUM_TYPES.has(number?.getType()) ? "premium" : undefined;
  return { digits, kind, callingCode: number?.countryCallingCode };
}
