import type { DETAILS } from "./definition/webhooks.ts";

type Detailed = { [Status in keyof typeof DETAILS]: { status: Status; detail: (typeof DETAILS)[Status][number] } };

/** How a line goes down that nobody has picked up. */
export type Failure = Readonly<
  Detailed[keyof Detailed] | { status: "busy" | "cancelled" | "timeout"; detail?: undefined }
>;

/** What becomes of a line, before anybody says a word. */
export type Pickup =
  | { readonly kind: "answers" }
  | { readonly kind: "ignores" }
  | { readonly kind: "fails"; readonly rings: boolean; readonly failure: Failure };

/** Who answers, by the last two digits of the number. Pure: what they do follows from what they are asked. */
export interface Person {
  readonly pickup: Pickup;
  /** What is keyed at the nth input (from 0); nothing is silence. */
  readonly keys: (attempt: number, maxDigits: number) => string;
  readonly hangsUpAfterSeconds?: number;
  /** A machine has picked up for them: they hear and key nothing before. */
  readonly comesAfterSeconds?: number;
  /** What machine detection takes the voice for. */
  readonly soundsLike: "human" | "machine";
  /** How the webhooks travel. */
  readonly line: "clean" | "losesCompleted" | "doublesAndSwaps";
  /** `captured`: a uuid that is none, and digits as they are seen in real captures. `nulls`: silence as null. */
  readonly reports: "documented" | "captured" | "nulls";
  /** The carrier cannot play what it is given. */
  readonly stumblesOverNcco?: true;
}

export const KNOWN_PIN = "1234";

const wrongPin = (maxDigits: number) => "4321".repeat(Math.ceil(maxDigits / 4)).slice(0, maxDigits);

const rightPin: Person["keys"] = () => KNOWN_PIN;
const nothing: Person["keys"] = () => "";

const OBLIGING: Person = {
  pickup: { kind: "answers" },
  keys: rightPin,
  soundsLike: "human",
  line: "clean",
  reports: "documented",
};

/** A phone rang before the line went down. */
const rangAnd = (failure: Failure): Person => ({ ...OBLIGING, pickup: { kind: "fails", rings: true, failure } });
/** No phone ever rang. */
const unreachable = (failure: Failure): Person => ({ ...OBLIGING, pickup: { kind: "fails", rings: false, failure } });

const PEOPLE: Readonly<Record<string, Person>> = {
  "01": {
    ...OBLIGING,
    keys: (attempt, maxDigits) => (attempt === 0 ? wrongPin(maxDigits) : KNOWN_PIN),
  },
  "02": { ...OBLIGING, keys: (_attempt, maxDigits) => wrongPin(maxDigits) },
  "03": { ...OBLIGING, keys: nothing },
  "04": { ...OBLIGING, keys: nothing, hangsUpAfterSeconds: 1 },
  "05": rangAnd({ status: "busy" }),
  "06": { ...OBLIGING, pickup: { kind: "ignores" } },
  "07": rangAnd({ status: "rejected", detail: "declined" }),
  "08": { ...OBLIGING, keys: nothing, soundsLike: "machine" },
  "09": { ...OBLIGING, line: "losesCompleted" },
  "10": unreachable({ status: "rejected", detail: "invalid_number" }),
  "11": unreachable({ status: "failed", detail: "number_out_of_service" }),
  "12": unreachable({ status: "failed", detail: "cannot_route" }),
  "13": unreachable({ status: "rejected", detail: "restricted" }),
  "14": unreachable({ status: "unanswered", detail: "unavailable" }),
  "15": { ...OBLIGING, soundsLike: "machine" },
  "16": { ...OBLIGING, soundsLike: "machine", comesAfterSeconds: 10 },
  "17": { ...OBLIGING, reports: "captured" },
  "18": { ...OBLIGING, keys: nothing, reports: "nulls" },
  "19": { ...OBLIGING, stumblesOverNcco: true },
  "20": { ...OBLIGING, line: "doublesAndSwaps" },
  "21": rangAnd({ status: "timeout" }),
  "22": rangAnd({ status: "cancelled" }),
  "23": unreachable({ status: "failed", detail: "internal_error" }),
};

export function personAt(number: string): Person {
  return PEOPLE[number.slice(-2)] ?? OBLIGING;
}
