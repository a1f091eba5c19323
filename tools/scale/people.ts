import { generateKeyPairSync } from "node:crypto";
import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import { DEFAULT_CALLS_PER_SECOND } from "@promptcall/core/dialing/loop";
import { SignJWT } from "jose";

type Report = LegStatus | "right PIN" | "wrong PIN";

/** What a person does, as the carrier reports it. The shares are assumptions. */
interface Person {
  readonly share: number;
  readonly reports: readonly Report[];
}

const ANSWERED = ["started", "ringing", "answered"] as const;

export const PEOPLE = {
  "right at once": { share: 0.65, reports: [...ANSWERED, "right PIN", "completed"] },
  "right at the second attempt": { share: 0.1, reports: [...ANSWERED, "wrong PIN", "right PIN", "completed"] },
  "wrong three times": { share: 0.05, reports: [...ANSWERED, "wrong PIN", "wrong PIN", "wrong PIN", "completed"] },
  unanswered: { share: 0.1, reports: ["started", "ringing", "unanswered", "completed"] },
  busy: { share: 0.05, reports: ["started", "busy", "completed"] },
  mailbox: { share: 0.05, reports: [...ANSWERED, "machine", "completed"] },
} as const satisfies Record<string, Person>;

/** The fewest calls among which there is each of them as often as its share says. */
const EVERYBODY = 20;
const LINE = Object.values(PEOPLE).flatMap((one) => new Array<Person>(Math.round(one.share * EVERYBODY)).fill(one));

/** One request of a customer, for so many calls. */
export interface Asked {
  readonly afterMs: number;
  readonly application: string;
  readonly calls: number;
}

interface Kind {
  readonly name: string;
  readonly callsPerSecond: number;
  readonly requests: readonly Asked[];
}

const FAST = 30;
const singles = (of: (index: number) => Omit<Asked, "calls">) =>
  Array.from({ length: EVERYBODY }, (_, index) => ({ calls: 1, ...of(index) }));

/** How calls can come. A call that came alone is dialed now where nothing of its application waits. */
export const KINDS: readonly Kind[] = [
  {
    name: "single, dialed now",
    callsPerSecond: DEFAULT_CALLS_PER_SECOND,
    requests: singles((index) => ({ afterMs: 0, application: `application-${index}` })),
  },
  {
    name: "single, waits, 3/s",
    callsPerSecond: DEFAULT_CALLS_PER_SECOND,
    // A little faster than they are dialed.
    requests: singles((index) => ({ afterMs: index * 300, application: "application" })),
  },
  ...[DEFAULT_CALLS_PER_SECOND, FAST].map((callsPerSecond) => ({
    name: `of a batch, ${callsPerSecond}/s`,
    callsPerSecond,
    requests: [{ afterMs: 0, application: "application", calls: 3 * EVERYBODY }],
  })),
];

export const PIN = "4711";

/** Calls of ordinary length, to the next so many people. */
export function bodyFor({ from, calls }: { from: number; calls: number }): object {
  const same = {
    from: "447700900999",
    text: "t".repeat(160),
    bye_text: "b".repeat(40),
    failed_text: "f".repeat(60),
    pin_code: PIN,
    callback: `https://customer.example/${"p".repeat(40)}`,
    callback_method: "POST",
  };
  const to = (index: number) => `+4477009${String(from + index).padStart(5, "0")}`;
  if (calls === 1) return { ...same, to: to(0) };
  return { defaults: same, calls: Array.from({ length: calls }, (_, index) => ({ to: to(index) })) };
}

export function personOf(to: string): Person {
  const person = LINE[Number(to.slice(-5)) % EVERYBODY];
  if (person === undefined) throw new RangeError(`nobody is at the end of ${to.slice(-5)}`);
  return person;
}

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Registered for each application: nobody asks the carrier about its credentials. */
export const PUBLIC_KEY = publicKey.export({ type: "spki", format: "pem" }).toString();

export async function bearerOf(application: string, nowMs: number): Promise<string> {
  const iat = nowMs / 1_000;
  const claims = { application_id: application, iat, exp: iat + 7_200, jti: application };
  return `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "JWT" }).sign(privateKey)}`;
}
