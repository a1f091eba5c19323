import type { DETAILS } from "../definition/webhooks.ts";

type Detailed = { [Status in keyof typeof DETAILS]: { status: Status; detail: (typeof DETAILS)[Status][number] } };

/** How an unanswered leg ends. */
export type Failure = Readonly<
  Detailed[keyof Detailed] | { status: "busy" | "cancelled" | "timeout"; detail?: undefined }
>;

/** Whether and how the call is answered. */
export type Pickup =
  | { readonly kind: "answers" }
  | { readonly kind: "ignores" }
  | { readonly kind: "fails"; readonly rings: boolean; readonly failure: Failure };

/** The person at a number, chosen by its last two digits. Pure: what they do in one call depends only on the arguments. */
export interface Person {
  readonly pickup: Pickup;
  /** What is keyed at the nth input (from 0), after what was said in a language; nothing is silence. */
  readonly keys: (attempt: number, maxDigits: number, language: string) => string;
  readonly hangsUpAfterSeconds?: number;
  /** A machine has picked up for them: they hear and key nothing before. */
  readonly comesAfterSeconds?: number;
  /** A machine that asks who calls: they come once the first words are said, for they have read them. */
  readonly comesAfterFirstWords?: true;
  /** A machine that beeps so long after it has picked up. */
  readonly beepsAfterSeconds?: number;
  /** What machine detection takes the voice for. */
  readonly soundsLike: "human" | "machine";
  /** Faults of the webhooks' delivery. */
  readonly delivery: "clean" | "losesCompleted" | "doublesAndSwaps";
  /** `captured`: an id that is no UUID, and digits as in real captures. `nulls`: silence as null. */
  readonly reports: "documented" | "captured" | "nulls";
  /** The carrier cannot play what it is given. */
  readonly failsOnNcco?: true;
}

export const KNOWN_PIN = "1234";

const wrongPin = (maxDigits: number) => "4321".repeat(Math.ceil(maxDigits / 4)).slice(0, maxDigits);

const rightPin: Person["keys"] = () => KNOWN_PIN;
const nothing: Person["keys"] = () => "";

const COOPERATIVE: Person = {
  pickup: { kind: "answers" },
  keys: rightPin,
  soundsLike: "human",
  delivery: "clean",
  reports: "documented",
};

/** The phone rang before the call failed. */
const rangAnd = (failure: Failure): Person => ({ ...COOPERATIVE, pickup: { kind: "fails", rings: true, failure } });
/** No phone ever rang. */
const unreachable = (failure: Failure): Person => ({
  ...COOPERATIVE,
  pickup: { kind: "fails", rings: false, failure },
});

/** Where there are several, one for each call to the number, and the last one from then on. */
const PEOPLE: Readonly<Record<string, Person | readonly Person[]>> = {
  "01": {
    ...COOPERATIVE,
    keys: (attempt, maxDigits) => (attempt === 0 ? wrongPin(maxDigits) : KNOWN_PIN),
  },
  "02": { ...COOPERATIVE, keys: (_attempt, maxDigits) => wrongPin(maxDigits) },
  "03": { ...COOPERATIVE, keys: nothing },
  "04": { ...COOPERATIVE, keys: nothing, hangsUpAfterSeconds: 1 },
  "05": rangAnd({ status: "busy" }),
  "06": { ...COOPERATIVE, pickup: { kind: "ignores" } },
  "07": rangAnd({ status: "rejected", detail: "declined" }),
  "08": { ...COOPERATIVE, keys: nothing, soundsLike: "machine" },
  "09": { ...COOPERATIVE, delivery: "losesCompleted" },
  "10": unreachable({ status: "rejected", detail: "invalid_number" }),
  "11": unreachable({ status: "failed", detail: "number_out_of_service" }),
  "12": unreachable({ status: "failed", detail: "cannot_route" }),
  "13": unreachable({ status: "rejected", detail: "restricted" }),
  "14": unreachable({ status: "unanswered", detail: "unavailable" }),
  "15": { ...COOPERATIVE, soundsLike: "machine" },
  "16": { ...COOPERATIVE, soundsLike: "machine", comesAfterSeconds: 10 },
  "17": { ...COOPERATIVE, reports: "captured" },
  "18": { ...COOPERATIVE, keys: nothing, reports: "nulls" },
  "19": { ...COOPERATIVE, failsOnNcco: true },
  "20": { ...COOPERATIVE, delivery: "doublesAndSwaps" },
  "21": rangAnd({ status: "timeout" }),
  "22": rangAnd({ status: "cancelled" }),
  "23": unreachable({ status: "failed", detail: "internal_error" }),
  "30": { ...COOPERATIVE, keys: () => "42#" },
  "31": { ...COOPERATIVE, keys: (attempt) => (attempt === 0 ? "" : KNOWN_PIN) },
  "32": { ...COOPERATIVE, keys: () => "2" },
  "33": { ...COOPERATIVE, keys: (attempt) => (attempt === 0 ? "9" : "1") },
  "34": { ...COOPERATIVE, keys: (_attempt, _maxDigits, language) => (language.startsWith("de") ? KNOWN_PIN : "") },
  "35": { ...COOPERATIVE, keys: () => "60471823" },
  "40": { ...COOPERATIVE, keys: nothing, soundsLike: "machine", beepsAfterSeconds: 8 },
  "41": { ...COOPERATIVE, soundsLike: "machine", comesAfterFirstWords: true },
  "50": [rangAnd({ status: "busy" }), COOPERATIVE],
  "51": [{ ...COOPERATIVE, pickup: { kind: "ignores" } }, COOPERATIVE],
  "52": [{ ...COOPERATIVE, keys: nothing, hangsUpAfterSeconds: 1 }, COOPERATIVE],
  "53": [rangAnd({ status: "busy" }), unreachable({ status: "unanswered", detail: "unavailable" }), COOPERATIVE],
};

/** Whoever sits here: the phone rings until somebody does something. */
export const SOMEBODY_HERE: Person = { ...COOPERATIVE, pickup: { kind: "ignores" }, keys: nothing };
/** The same while they are on the phone. */
export const BUSY: Person = rangAnd({ status: "busy" });

/** Who is called at a number that was called so often before. */
export function personAt(number: string, { callsBefore }: { readonly callsBefore: number }): Person {
  const known = [PEOPLE[number.slice(-2)] ?? COOPERATIVE].flat();
  return known[Math.min(callsBefore, known.length - 1)] ?? COOPERATIVE;
}
