import { type Outcome, outcomeFields } from "@promptcall/core/call/call";

export interface Person {
  /** The last two digits of the number the person answers on. */
  readonly ending: string;
  readonly does: string;
  readonly outcome: Outcome;
  /** What was captured, which the result has and no event. */
  readonly digits?: string;
  /** What is asked for in a call to them beside the rest. */
  readonly asks?: Readonly<Record<string, string>>;
}

const error = (reason: Extract<Outcome, { status: "error" }>["reason"], detail?: string) =>
  ({ status: "error", reason, ...(detail !== undefined && { detail }) }) as const;
const DETECTION = { machine_detection: "hangup" };
const CAPTURE = { pin_code: "", ask: "capture", max_digits: "8" };
const PRESS = { pin_code: "", choices: JSON.stringify({ 1: "confirmed", 2: "declined" }) };
const ok = { status: "ok" } as const;
const failed = { status: "failed" } as const;

/** One of each kind of person the simulated carrier knows, and the one result a call to them must end in. */
export const PEOPLE: readonly Person[] = [
  { ending: "00", does: "picks up, keys 1234", outcome: ok },
  { ending: "01", does: "keys a wrong PIN, then 1234", outcome: ok, asks: DETECTION },
  { ending: "02", does: "keys three wrong PINs", outcome: failed },
  { ending: "03", does: "picks up, keys nothing", outcome: failed },
  { ending: "04", does: "hangs up during the prompt", outcome: error("hung_up") },
  { ending: "05", does: "is busy", outcome: error("busy") },
  { ending: "06", does: "does not pick up", outcome: error("unanswered") },
  { ending: "07", does: "declines the call", outcome: error("rejected", "declined") },
  { ending: "08", does: "is a voice mailbox, looked for", outcome: error("machine"), asks: DETECTION },
  { ending: "09", does: "keys 1234, end never reported", outcome: ok },
  { ending: "10", does: "has a number that does not exist", outcome: error("rejected", "invalid_number") },
  { ending: "11", does: "has a number out of service", outcome: error("failed", "number_out_of_service") },
  { ending: "12", does: "has a number nobody routes to", outcome: error("failed", "cannot_route") },
  { ending: "13", does: "has a number that is restricted", outcome: error("rejected", "restricted") },
  { ending: "14", does: "has switched the phone off", outcome: error("unanswered", "unavailable") },
  { ending: "15", does: "is taken for a machine", outcome: error("machine"), asks: DETECTION },
  { ending: "16", does: "has a phone that screens calls", outcome: ok },
  { ending: "17", does: "keys 1234, webhooks as captured", outcome: ok },
  { ending: "18", does: "keys nothing, told as null", outcome: failed },
  { ending: "19", does: "cannot be played the NCCO", outcome: error("hung_up", "script_error") },
  { ending: "20", does: "keys 1234, webhooks out of order", outcome: ok },
  { ending: "21", does: "is not there in time", outcome: error("timeout") },
  { ending: "22", does: "is given up by the carrier", outcome: error("cancelled") },
  { ending: "23", does: "is not reached by the carrier", outcome: error("failed") },
  {
    ending: "30",
    does: "keys 42 and #, asked for digits",
    outcome: ok,
    digits: "42",
    asks: { ...CAPTURE, submit_on_hash: "true" },
  },
  { ending: "31", does: "keys nothing, then 1234", outcome: ok },
  { ending: "32", does: "chooses 2", outcome: { ...ok, choice: "declined" }, asks: PRESS },
  { ending: "33", does: "keys 9, no choice, then 1", outcome: { ...ok, choice: "confirmed" }, asks: PRESS },
  {
    ending: "34",
    does: "understands German alone",
    outcome: ok,
    asks: { language: "de-DE", text: "Ihr Code, bitte." },
  },
  { ending: "35", does: "keys 60471823, asked for digits", outcome: ok, digits: "60471823", asks: CAPTURE },
  {
    ending: "40",
    does: "is a machine, told after its beep",
    outcome: error("machine"),
    asks: { advanced_machine_detection: "default", beep_text: "Please call us back." },
  },
  {
    ending: "41",
    does: "comes once it is said who calls",
    outcome: ok,
    asks: { introduction: "This is your bank." },
  },
];

/** The one result of a call to them, as the customer gets it. */
export function resultOf({ outcome, digits }: Person): Readonly<Record<string, string>> {
  return { ...outcomeFields(outcome), ...(digits !== undefined && { digits }) };
}
