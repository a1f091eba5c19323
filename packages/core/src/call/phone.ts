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
