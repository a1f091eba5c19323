import type { Call } from "@promptcall/core/call/call";
import { deadlineAtMs, deadlineSeconds } from "@promptcall/core/call/call-length";
import { type Command, decide, isRefusal } from "@promptcall/core/call/decide";
import { accept, evolve } from "@promptcall/core/call/evolve";
import type { Report } from "@promptcall/core/call/facts";
import type { Event } from "@promptcall/core/contracts/events";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { Settings } from "@promptcall/core/contracts/settings";
import { keyId } from "@promptcall/core/security/keys";
import { pinHash } from "@promptcall/core/security/pin";

/** Times by the second, so that a history can be read. */
export const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12) + Math.round(second * 1000)).toISOString();
export const epoch = (second: number) => Date.parse(at(second)) / 1000;

export const TID = "3b241101-e2bb-4255-8caf-4136c566a962";
export const OTHER_TID = "9b241101-e2bb-4255-8caf-4136c566a962";
export const PIN = "4711";
export const TO = "+447700900001";
export const MASKED = "+44********01";

export const KEYS = {
  pin: new Uint8Array(32).fill(1),
  webhook: new Uint8Array(32).fill(2),
  callback: new Uint8Array(32).fill(3),
  seal: new Uint8Array(32).fill(4),
  receiver: new Uint8Array(32).fill(5),
  digits: new Uint8Array(32).fill(6),
  status: new Uint8Array(32).fill(5),
} as const;

export const BASE_URL = "https://hooks.example";

export const SETTINGS: Settings = {
  carrier: {
    host: "https://carrier.example",
    timeoutSeconds: 10,
    ringingSeconds: 60,
    lengthSeconds: 300,
    retryDelaySeconds: 2,
  },
  timers: { settleSeconds: 20, deadlineSeconds: 390 },
  callback: {
    timeoutSeconds: 10,
    delaysSeconds: [5, 30],
    privateNetworks: false,
    ports: [80, 443, 8080, 8443],
    failingAfter: 3,
    concurrency: 100,
  },
  waiting: { ofOne: 2, ofAll: 3 },
  guard: {
    deniedKinds: ["premium", "satellite"],
    callsPerDestinationPerHour: 10_000,
    breaker: { leastCalls: 10, leastCompletedShare: 0.2, openSeconds: 900 },
  },
  credentialInQuery: true,
  retentionDays: 30,
  verboseEvents: true,
};

export function spec(changes: Partial<CallSpec> = {}): CallSpec {
  return {
    tid: TID,
    applicationId: "app",
    to: TO,
    from: "447700900999",
    text: "Please enter your PIN",
    byeText: "Thank you",
    failedText: "That was wrong",
    pinHash: pinHash({ key: KEYS.pin, tid: TID, pin: PIN }),
    pinKeyId: keyId(KEYS.pin),
    pinLength: PIN.length,
    attemptsAllowed: 3,
    callback: { url: "https://customer.example/result", method: "POST" },
    acceptedAt: at(0),
    ...changes,
  };
}

/** When this call is over for certain, if it is dialed at this second. */
export const deadlineFrom = (second: number): string =>
  new Date(
    deadlineAtMs({ nowMs: Date.parse(at(second)), seconds: deadlineSeconds(spec(), SETTINGS) }, SETTINGS),
  ).toISOString();

export const queued = (): Call => accept(spec());

/** The call after the commands, none of which may be refused. */
export function after(call: Call, ...commands: Command[]): Call {
  return commands.reduce((before, command) => {
    const decision = decide(command, before);
    if (isRefusal(decision)) throw new Error(`${command.type} is refused: ${decision.refused}`);
    return decision.reduce(evolve, before);
  }, call);
}

export const claim = (second = 1, token = "claim-1"): Command => ({ type: "start_dial", token, at: at(second) });

export const report = (second: number, logged: Report): Command => ({
  type: "report",
  id: `event-${second}`,
  at: at(second),
  report: logged,
});

/** An event of the call, as it reaches the reducer. Its id is that of the command `report` gives for the same second. */
export function event<Type extends Event["type"]>(
  second: number,
  type: Type,
  data: Extract<Event, { type: Type }>["data"],
): Extract<Event, { type: Type }> {
  const metadata = { id: `event-${second}`, version: 1, tid: TID, application_id: "app", time: at(second) };
  return { type, metadata, data } as Extract<Event, { type: Type }>;
}

/** A JWT with any claims. Its signature is nobody's: the carrier of most tests takes every one. */
export function jwt(claims: object, alg = "RS256"): string {
  const encoded = [
    { alg, typ: "JWT" },
    { jti: "1", iat: epoch(0), ...claims },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return [...encoded, "c2lnbmF0dXJl"].join(".");
}

export const CREDENTIAL = jwt({ application_id: "app", iat: epoch(0), exp: epoch(900) });
