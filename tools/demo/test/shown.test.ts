import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { outcomeFields } from "@promptcall/core/call/call";
import type { CallCompleted } from "@promptcall/core/contracts/completed-event";
import type { Event } from "@promptcall/core/contracts/events";
import { describe, expect, it } from "vitest";
import type { ReceivedResult } from "../customer.ts";
import { PEOPLE } from "../people.ts";
import { eventLines, progressOf } from "../progress.ts";
import { type Ended, report } from "../report.ts";
import type { Row } from "../row.ts";

const TID = "3b241101-e2bb-4255-8caf-4136c566a962";

function output({ isTTY }: { isTTY: boolean }) {
  const stream = new PassThrough();
  const shape = { isTTY, columns: 120, rows: 40, getColorDepth: () => (isTTY ? 8 : 1) };
  return {
    stream: Object.assign(stream, shape) as unknown as NodeJS.WriteStream,
    written: () => String(stream.read() ?? ""),
  };
}

function rowOf(ending: string): Row {
  const person = PEOPLE.find((one) => one.ending === ending) ?? expect.fail("nobody has that number");
  return { person, to: `+4477009000${ending}`, tid: TID.replace(/..$/, ending), postedAtMs: 0 };
}

const event = (type: Event["type"], data: object, { tid } = rowOf("01")) =>
  ({
    type,
    metadata: { id: "1", version: 1, tid, application_id: "app", time: "2026-01-01T12:00:00Z" },
    data,
  }) as Event;
const completed = (data: object, row = rowOf("01")) =>
  event("call.completed", { to: "+44********01", attempts: 1, ...data }, row) as CallCompleted;

describe("what is shown of calls", () => {
  const now = () => 1_500;

  it("is a line for each, on a terminal, which changes in place", () => {
    const { stream, written } = output({ isTTY: true });
    const progress = progressOf({ stream, now });
    const [first, second] = [rowOf("01"), rowOf("05")];
    progress.hear(event("call.status", { status: "ringing" }, second), second);
    progress.hear(event("call.dialed", { uuid: "u" }, first), first);
    const both = stripVTControlCharacters(written()).trimEnd().split("\n").slice(-2);
    expect(both.map((line) => line.replaceAll(/ +/g, " "))).toEqual([
      "· …01 keys a wrong PIN, then 1234 dialing 1.5 s",
      "· …05 is busy ringing 1.5 s",
    ]);
    progress.hear(completed({ status: "ok" }, first), first);
    const over = written();
    // Up over both lines, and the first of them is another one now.
    expect(over).toContain("\u001b[1A");
    expect(stripVTControlCharacters(over)).toMatch(/✓ …01 .* ok +1\.5 s/);
    // What comes late changes nothing.
    progress.hear(event("call.status", { status: "answered" }, first), first);
    expect(written()).toBe("");
  });

  it("is a line for each that is over, elsewhere, without a colour", () => {
    const { stream, written } = output({ isTTY: false });
    const progress = progressOf({ stream, now });
    const row = rowOf("07");
    progress.hear(event("call.dialed", { uuid: "u" }, row), row);
    const over = completed({ status: "error", reason: "rejected", detail: "declined" }, row);
    // The bus may deliver it again.
    for (const again of [over, over]) progress.hear(again, row);
    progress.done();
    const line = written();
    expect(line.replaceAll(/ +/g, " ")).toBe("✓ …07 declines the call error, declined 1.5 s\n");
  });

  it("marks a result that is not the right one", () => {
    const { stream, written } = output({ isTTY: false });
    const row = rowOf("07");
    progressOf({ stream, now }).hear(completed({ status: "ok" }, row), row);
    expect(written()).toMatch(/^✗ …07 /);
  });

  it("is every event, where that is asked for", () => {
    const { stream, written } = output({ isTTY: false });
    const events = eventLines({ stream, now });
    const row = rowOf("01");
    events.hear(event("call.digits", { attempt: 1, matched: false, timed_out: false }), row);
    events.hear(completed({ status: "ok" }), row);
    expect(written()).toBe(
      "  1.5 s  …01  call.digits      attempt 1, matched false\n" +
        "  1.5 s  …01  call.completed   status ok  (heard by another subscriber)\n",
    );
  });
});

describe("the table", () => {
  const row = rowOf("05");
  const parameters = { tid: row.tid, to: row.to, status: "error", reason: "busy" };
  const result = (changes: Partial<ReceivedResult> = {}): ReceivedResult => ({
    method: "POST",
    path: "/result",
    contentType: "application/x-www-form-urlencoded",
    parameters,
    webhookId: `msg_${row.tid}`,
    genuine: true,
    receivedAtMs: 950,
    ...changes,
  });
  const right: Ended = {
    row,
    received: [result()],
    event: completed({ status: "error", reason: "busy" }, row),
  };

  it("has numbers at the right of their column, the verdict of each call, and what to do next", () => {
    const later = { ...right, received: [result({ receivedAtMs: 12_345 })] };
    const [names = "", first = "", second = "", , count, , ...next] = report([right, later], output({ isTTY: false }))
      .trimStart()
      .split("\n");
    expect([first, second].map((line) => line.indexOf(" ✓ right"))).toEqual([names.length + 1, names.length + 1]);
    expect(first).toMatch(/^…05 {2}is busy +error, busy +POST genuine +950 {2}✓ right$/);
    expect(second).toMatch(/ 12345 {2}✓ right$/);
    expect(count).toBe("2 of 2 results are the right ones.");
    expect(next.slice(1).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      "npm start",
      "docs/api.md",
      "npm run deploy -- --stage <name>",
    ]);
  });

  it("of all people fits into a terminal of 100 columns", () => {
    const all = PEOPLE.map((person): Ended => {
      const one = rowOf(person.ending);
      const { status, reason } = outcomeFields(person.outcome) as { status: string; reason?: string };
      const fields = { tid: one.tid, to: one.to, status, ...(reason && { reason }) };
      return { row: one, received: [result({ parameters: fields, receivedAtMs: 12_345 })], event: undefined };
    });
    const lines = report(all, output({ isTTY: false })).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.filter((line) => line.startsWith("…"))).toHaveLength(PEOPLE.length);
  });

  it.each<[string, Ended]>([
    ["came twice", { ...right, received: [result(), result()] }],
    ["never came", { ...right, received: [] }],
    ["is forged", { ...right, received: [result({ genuine: false })] }],
    ["is another one", { ...right, received: [result({ parameters: { ...parameters, reason: "unanswered" } })] }],
    ["is another one on the bus", { ...right, event: completed({ status: "ok" }, row) }],
    ["is not on the bus", { ...right, event: undefined }],
  ])("says that a result is wrong which %s", (_, ended) => {
    const plain = report([ended], output({ isTTY: false }));
    expect(plain).toContain("✗ WRONG\n");
    expect(plain).toContain("0 of 1 results are the right ones.");
    expect(report([ended], output({ isTTY: true }))).toContain("\u001b[31m");
  });
});
