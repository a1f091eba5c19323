/** Who answers, by the last two digits of the number. Pure: what they do follows from what they are asked. */
export interface Person {
  readonly pickup: "answers" | "mailbox" | "busy" | "ignores" | "rejects";
  /** What is keyed at the nth input (from 0); nothing is silence. */
  readonly keys: (attempt: number, maxDigits: number) => string;
  readonly hangsUpAfterSeconds?: number;
  readonly line: "clean" | "losesCompleted" | "doublesAndSwaps";
}

export const KNOWN_PIN = "1234";

const wrongPin = (maxDigits: number) => "4321".repeat(Math.ceil(maxDigits / 4)).slice(0, maxDigits);

const rightPin: Person["keys"] = () => KNOWN_PIN;
const nothing: Person["keys"] = () => "";

const OBLIGING: Person = { pickup: "answers", keys: rightPin, line: "clean" };

const PEOPLE: Readonly<Record<string, Person>> = {
  "01": {
    ...OBLIGING,
    keys: (attempt, maxDigits) => (attempt === 0 ? wrongPin(maxDigits) : KNOWN_PIN),
  },
  "02": { ...OBLIGING, keys: (_attempt, maxDigits) => wrongPin(maxDigits) },
  "03": { ...OBLIGING, keys: nothing },
  "04": { ...OBLIGING, keys: nothing, hangsUpAfterSeconds: 1 },
  "05": { ...OBLIGING, pickup: "busy" },
  "06": { ...OBLIGING, pickup: "ignores" },
  "07": { ...OBLIGING, pickup: "rejects" },
  "08": { ...OBLIGING, pickup: "mailbox", keys: nothing },
  "09": { ...OBLIGING, line: "losesCompleted" },
  "20": { ...OBLIGING, line: "doublesAndSwaps" },
};

export function personAt(number: string): Person {
  return PEOPLE[number.slice(-2)] ?? OBLIGING;
}

export function isInvalidNumber(number: string): boolean {
  return number.endsWith("10");
}
