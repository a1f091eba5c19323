import { describe, expect, it } from "vitest";
import type { Completed } from "../../src/call/call.ts";
import type { Command } from "../../src/call/decide.ts";
import type { Report } from "../../src/call/facts.ts";
import { oldResultParameters } from "../../src/callbacks/old-result.ts";
import { at, dialing, digits, line, queued, report, run, TID } from "../call/given.ts";

const settle: Command = { type: "settle", id: "settle", at: at(60), settleSeconds: 5 };
const spec = { tid: TID, to: "+44 7700 900001" };

function resultOf(reports: readonly Report[], { keyed, ask }: { keyed?: string; ask?: "capture" | "say" } = {}) {
  const call = run(dialing(), ...reports.map((one, index) => report(2 + index, one)), settle) as Completed;
  expect(call.phase).toBe("completed");
  return Object.fromEntries(oldResultParameters({ spec: { ...spec, ...(ask && { ask }) }, call, digits: keyed }));
}
const ended: Report = { type: "leg", status: "completed", durationSeconds: 15, price: "0.00375000" };
const ALWAYS = { call_id: "3b241101e2bb4255" + "8caf4136c566a962", to: spec.to, call_direction: "out" };

describe("a result in the shape of the deprecated API", () => {
  it("tells all of a call whose PIN was right, in its own formats", () => {
    expect(resultOf([line("answered"), digits(1, true), ended], { keyed: "1234" })).toEqual({
      ...ALWAYS,
      status: "ok",
      digits: "1234",
      call_price: "0.00375000",
      call_rate: "0.01500000",
      call_duration: "15",
      call_request: "2026/01/01 12:00:00",
      call_start: "2026/01/01 12:00:02",
      call_end: "2026/01/01 12:00:04",
    });
  });

  it.each<[string, readonly Report[], Record<string, string>]>([
    ["a PIN wrong to the end, without digits", [line("answered"), digits(3, false), ended], { status: "ok" }],
    ["somebody who hung up with a wrong PIN", [line("answered"), digits(1, false), ended], { status: "ok" }],
    ["somebody who keyed nothing", [line("answered"), ended], { status: "ok", digits: "nothing" }],
    ["a machine that was hung up on", [line("answered"), line("machine"), ended], { status: "machine" }],
    ["nobody who picked up", [line("unanswered")], { status: "failed" }],
    ["a busy line", [line("busy")], { status: "failed" }],
    [
      "a number that may not be called",
      [{ ...line("rejected"), detail: "restricted" } as Report],
      { status: "blocked" },
    ],
    [
      "a script that was not played",
      [{ ...line("answered"), detail: "script_error" } as Report, ended],
      { status: "error" },
    ],
  ])("says of %s what that API said", (_, reports, said) => {
    const { status, digits: keyed } = resultOf(reports);
    expect({ status, ...(keyed !== undefined && { digits: keyed }) }).toEqual(said);
  });

  it("says of digits that were captured which ones, and of none that there was nothing", () => {
    const keyed = resultOf([line("answered"), digits(1, true), ended], { ask: "capture", keyed: "0815" });
    expect(keyed).toMatchObject({ status: "ok", digits: "0815" });
    const nothing = resultOf([line("answered"), digits(3, false), ended], { ask: "capture" });
    expect(nothing).toMatchObject({ status: "ok", digits: "nothing" });
    expect(resultOf([line("answered"), ended], { ask: "say" })).not.toHaveProperty("digits");
  });

  it("leaves out what is not known of a call that was never dialed", () => {
    const call = run(queued(), { type: "cancel", id: "c", at: at(9) }) as Completed;
    const parameters = Object.fromEntries(oldResultParameters({ spec, call }));
    expect(parameters).toEqual({ ...ALWAYS, status: "failed", call_request: "2026/01/01 12:00:00" });
  });

  it("says that it does not know what became of a call that was never reported", () => {
    const overdue: Command = { type: "close_overdue", id: "d", at: at(900), token: "claim-1" };
    for (const call of [run(dialing(), overdue), run(dialing(), report(2, line("answered")), overdue)])
      expect(oldResultParameters({ spec, call: call as Completed }).get("status")).toBe("error");
  });
});
