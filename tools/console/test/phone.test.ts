import type { PhoneCall } from "@promptcall/console/data/stream-data";
import type { NccoAction, SimCall } from "@promptcall/vonage-sim/sim";
import { expect, it } from "vitest";
import { Journal } from "../journal.ts";
import { Phone } from "../phone.ts";

const TALK: NccoAction = { action: "talk", text: "Enter your PIN." };
const INPUT: NccoAction = {
  action: "input",
  type: ["dtmf"],
  dtmf: { maxDigits: 4 },
  eventUrl: ["http://hooks.example"],
};

/** Of a call that rings here, what the page is told of it as the carrier goes on. */
function told(steps: readonly Partial<SimCall>[]): readonly (PhoneCall | undefined)[] {
  const records = { spoken: async () => undefined };
  const phone = new Phone({
    journal: new Journal(),
    records: records as never,
    ringingSeconds: 60,
    now: () => new Date("2026-11-30T10:00:00.000Z"),
  });
  const call = {
    uuid: "call-1",
    to: "447700900011",
    from: "447700900999",
    ncco: [],
    digits: [],
    keyed: 0,
    atHand: true,
  };
  return steps.map((step) => {
    phone.onCall({ ...call, status: "answered", ...step } as unknown as SimCall);
    return phone.current;
  });
}

it("counts the next attempt from when the phone takes keys for it, not from when the last one ended", () => {
  const begun = [TALK, INPUT];
  const calls = told([
    { status: "ringing" },
    { ncco: [TALK] },
    { ncco: begun, keyed: 4 },
    // What was keyed is being judged: the phone does not listen.
    { ncco: begun, digits: ["7390"] },
    { ncco: [...begun, TALK], digits: ["7390"] },
    { ncco: [...begun, TALK, INPUT], digits: ["7390"], keyed: 1 },
    { ncco: [...begun, TALK, INPUT], digits: ["7390", ""] },
    { ncco: [...begun, TALK, INPUT, TALK], digits: ["7390", ""] },
  ]);
  expect(calls.map((call) => call?.attempt)).toEqual([1, 1, 1, 1, 2, 2, 2, 3]);
});
