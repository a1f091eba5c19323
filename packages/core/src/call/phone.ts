/** The form the carrier wants: E.164 digits alone. The customer may have written the number for people. */
export function carrierNumber(number: string): string {
  return number.replace(/\D/g, "");
}

/** What a log, an event or a state record may show of a number: `+44*******01`. */
export function maskNumber(number: string): string {
  const digits = carrierNumber(number);
  const head = digits.slice(0, 2);
  const tail = digits.slice(-2);
  return `+${head}${"*".repeat(Math.max(digits.length - 4, 0))}${tail}`;
}

/** Calling codes of one and of two digits; all others have three (ITU-T E.164, annex of 2016). */
const SHORT_CODES = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** What somebody who watches calls may see of a number: its calling code and the last four digits, `+44•••0100`. */
export function maskToLastFour(number: string): string {
  const digits = carrierNumber(number);
  const [code = digits.slice(0, 3)] = SHORT_CODES.exec(digits) ?? [];
  const left = digits.length - code.length;
  return `+${code}•••${digits.slice(digits.length - Math.min(left, left < 7 ? 2 : 4))}`;
}
