import type { SimCall } from "@promptcall/vonage-sim/sim";
import { describe, expect, it } from "vitest";
import { Journal } from "../journal.ts";
import { Speech } from "../said.ts";

const sim = (more: Partial<SimCall>): SimCall => ({
  uuid: "call-1",
  conversationUuid: "CON-1",
  applicationId: "application-1",
  to: "447700900001",
  region: null,
  from: "447700900999",
  createdAt: "2026-11-30T10:00:00.000Z",
  status: "ringing",
  ncco: [],
  digits: [],
  atHand: false,
  keyed: 0,
  webhooks: [],
  disconnectedBy: null,
  summary: null,
  finished: false,
  ...more,
});
const talk = (text: string) => ({ action: "talk", text }) as const;

function started() {
  const journal = new Journal();
  let seconds = 0;
  const speech = new Speech({ journal, now: () => new Date(Date.UTC(2026, 10, 30, 10, 0, seconds++)) });
  const before = journal.lastId;
  return { journal, speech, told: () => journal.after(before)?.map(({ data }) => data) };
}

describe("what is said in a call", () => {
  it("is told as it is begun, of every call, whoever has the phone, with the time of each text", () => {
    const { speech, told } = started();
    speech.onCall(sim({ status: "ringing" }));
    speech.onCall(sim({ status: "answered", ncco: [talk("Enter your PIN.")] }));
    speech.onCall(sim({ status: "answered", ncco: [talk("Enter your PIN.")], keyed: 1 }));
    speech.onCall(sim({ status: "machine", ncco: [talk("Enter your PIN."), talk("Try again.")] }));
    const first = { text: "Enter your PIN.", at: "2026-11-30T10:00:00.000Z" };
    const both = { uuid: "call-1", said: [first, { text: "Try again.", at: "2026-11-30T10:00:01.000Z" }] };
    // The older word is empty by then: the texts are kept once.
    expect(told()).toEqual([{ uuid: "call-1", said: [] }, both]);
  });

  it.each(["completed", "failed", "timeout", "cancelled", "rejected"] as const)(
    "is nowhere any more when the call is over as %s",
    (status) => {
      const { journal, speech, told } = started();
      const ncco = [talk("Enter your PIN."), talk("Try again.")];
      speech.onCall(sim({ status: "answered", ncco: ncco.slice(0, 1) }));
      speech.onCall(sim({ status: "answered", ncco }));
      speech.onCall(sim({ status, ncco }));
      speech.onCall(sim({ status, ncco, finished: true }));
      expect(told()).toEqual(Array.from({ length: 3 }, () => ({ uuid: "call-1", said: [] })));
      expect(journal.newest()).toEqual([]);
    },
  );
});
