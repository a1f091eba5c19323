import { expect } from "vitest";
import type { Call } from "../../src/call/call.ts";
import { type Command, type Decision, decide, isRefusal } from "../../src/call/decide.ts";
import { accept, type CallEvent, evolve } from "../../src/call/evolve.ts";
import type { Report } from "../../src/call/facts.ts";
import type { CallSpec } from "../../src/contracts/records/spec.ts";

/** Times by the second, so that a history can be read. */
export const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

export const TID = "3b241101-e2bb-4255-8caf-4136c566a962";

export const asked = (changes: Partial<CallSpec> = {}): CallSpec => ({
  tid: TID,
  applicationId: "app",
  to: "+447700900001",
  from: "447700900999",
  text: "Please enter your PIN",
  pinHash: "hash",
  pinLength: 4,
  attemptsAllowed: 3,
  callback: { url: "https://customer.example/result", method: "POST" },
  acceptedAt: at(0),
  ...changes,
});

export const queued = (): Call => accept(asked());

export const dialing = (): Call => after(queued(), { type: "dial_started", token: "claim-1", at: at(1) });

export const report = (second: number, reported: Report): Command => ({
  type: "report",
  id: `event-${second}`,
  at: at(second),
  report: reported,
});

export const line = (status: Extract<Report, { type: "leg" }>["status"]): Report => ({ type: "leg", status });
export const digits = (attempt: number, matched: boolean): Report => ({ type: "digits", attempt, matched });

function after(call: Call, ...events: CallEvent[]): Call {
  return events.reduce(evolve, call);
}

/** The call after the commands it does not refuse. */
export function run(call: Call, ...commands: Command[]): Call {
  return commands.reduce((before, command) => {
    const decision = decide(command, before);
    return isRefusal(decision) ? before : after(before, ...decision);
  }, call);
}

export function given(call: Call) {
  return {
    when: (command: Command) => ({
      gives: (expected: Decision) => expect(decide(command, call)).toEqual(expected),
    }),
  };
}
