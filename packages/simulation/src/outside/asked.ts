/** What a call asks of its person. */
export type Ask = "confirm" | "press" | "capture" | "say";

/** One in four requests asks for something else than a PIN. */
const ASKS: readonly Ask[] = ["press", "capture", "say", ...new Array<Ask>(9).fill("confirm")];

/** Follows from the number that a request calls first, and takes no chance from the rest of a history. */
export function askAt(number: string | undefined): Ask {
  return ASKS[Number(number) % ASKS.length] ?? "confirm";
}

/** No call has other digits that begin like this. */
export const DIGITS_CANARY = "60471823";
const CHOICES = { 1: "confirmed", 2: "declined" };
const NO_CHOICE = "9";
const TOO_FEW = "6";

/** What is sent with a request, in place of a PIN or with it. */
export function parametersOf(ask: Ask, { pin }: { pin: string }): object {
  switch (ask) {
    case "confirm":
      return { pin_code: pin };
    case "press":
      return { choices: CHOICES };
    case "capture":
      return { ask, min_digits: 2, max_digits: pin.length };
    case "say":
      return { ask };
    default:
      return ask satisfies never;
  }
}

/** What a person keys who does as asked, and who does not. */
export interface Keys {
  readonly right: string;
  readonly wrong: string;
}

export function keysAt(number: string, { ask, pin }: { ask: Ask; pin: string }): Keys {
  switch (ask) {
    case "confirm":
    case "say":
      return { right: pin, wrong: pin.replace(/./g, (digit) => String((Number(digit) + 1) % 10)) };
    case "press":
      return { right: "1", wrong: NO_CHOICE };
    case "capture":
      return { right: `${DIGITS_CANARY}${number.slice(-4)}`, wrong: TOO_FEW };
    default:
      return ask satisfies never;
  }
}

/** What an `ok` result says besides; undefined where it says nothing. */
export function answerAt(number: string, ask: Ask): string | undefined {
  switch (ask) {
    case "confirm":
    case "say":
      return undefined;
    case "press":
      return CHOICES[1];
    case "capture":
      return keysAt(number, { ask, pin: "" }).right;
    default:
      return ask satisfies never;
  }
}
