import { accept } from "@promptcall/core/call/evolve";
import type { ReportEvent } from "@promptcall/core/contracts/report-events";
import { describe, expect, it } from "vitest";
import { reducer } from "../../src/reducer/reduce.ts";
import { idOf } from "../../testing/random.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { emptyFixture, type Fixture } from "../fixture.ts";
import { after, at, claim, event, SETTINGS, spec } from "../given.ts";

const { leastCalls, openSeconds } = SETTINGS.guard.breaker;
const UNTIL = at(9 + openSeconds);

/** So many calls of an application to a destination, each of which ends like this. */
async function endCalls(
  fixture: Fixture,
  {
    count,
    ends,
    destination = "447",
    first = 0,
  }: { count: number; ends: readonly ReportEvent[]; destination?: string; first?: number },
) {
  const records = [];
  for (let index = first; index < first + count; index += 1) {
    const tid = idOf(index);
    const asked = spec({ tid, destination });
    fixture.hold({ spec: asked, call: after(accept(asked), claim()) });
    for (const { metadata, ...rest } of ends)
      records.push(await reducer(fixture)([{ ...rest, metadata: { ...metadata, tid } } as ReportEvent]));
  }
  return records;
}

const fixtureAt = (second: number) => emptyFixture({ now: at(second) });
const ended = (status: "busy" | "unanswered" | "cancelled") => [event(9, "call.status", { status, uuid: UUID })];
const suspended = async ({ breakers }: Fixture, destination = "447") =>
  (await breakers.suspendedUntil("app", [destination])).get(destination);

describe("calls of an application to a destination", () => {
  it("are suspended when hardly any is completed, with one event on the bus and one log record", async () => {
    const fixture = fixtureAt(9);
    const records = await endCalls(fixture, { count: leastCalls, ends: ended("unanswered") });
    expect(await suspended(fixture)).toBe(Date.parse(UNTIL));
    expect(fixture.bus.trips).toEqual([
      {
        type: "guard.tripped",
        metadata: {
          id: `tripped_destination_completion_app_447_${UNTIL}`,
          version: 1,
          application_id: "app",
          time: at(9),
        },
        data: { rule: "destination_completion", until: UNTIL, destination: "447" },
      },
    ]);
    expect(records.filter(({ tripped }) => tripped)).toHaveLength(1);
  });

  it("are not, while enough are completed", async () => {
    const fixture = fixtureAt(9);
    const right = [
      event(5, "call.digits", { attempt: 1, matched: true, timed_out: false }),
      event(9, "call.status", { status: "completed", uuid: UUID }),
    ];
    await endCalls(fixture, { count: leastCalls / 2, ends: right });
    await endCalls(fixture, { count: leastCalls, ends: ended("busy"), first: leastCalls });
    expect(await suspended(fixture)).toBeUndefined();
    expect(fixture.bus.trips).toEqual([]);
  });

  it.each([
    ["that were cancelled", ended("cancelled")],
    ["that the carrier did not take", [event(9, "call.dial_failed", { reason: "credential_rejected" })]],
  ])("say nothing of where they go, if they are ones %s", async (_, ends) => {
    const fixture = fixtureAt(9);
    await endCalls(fixture, { count: 2 * leastCalls, ends });
    expect(await suspended(fixture)).toBeUndefined();
  });

  it("are counted once each, however often their end is reported", async () => {
    const fixture = fixtureAt(9);
    const twice = [...ended("busy"), ...ended("busy")];
    await endCalls(fixture, { count: leastCalls - 1, ends: twice });
    expect(await suspended(fixture)).toBeUndefined();
  });

  it("are not held up by those to another", async () => {
    const fixture = fixtureAt(9);
    await endCalls(fixture, { count: leastCalls, ends: ended("busy"), destination: "33" });
    expect([await suspended(fixture), await suspended(fixture, "33")]).toEqual([undefined, Date.parse(UNTIL)]);
  });
});
