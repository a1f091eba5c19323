import { callIdOf } from "@promptcall/core/batch";
import { accept } from "@promptcall/core/evolve";
import type { CallSpec } from "@promptcall/core/spec";
import { statusToken } from "@promptcall/core/status-token";
import { UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it } from "vitest";
import { timers } from "../../src/timers/fire.ts";
import { after, at, CREDENTIAL, claim, KEYS, report, spec as specOf } from "../given.ts";
import { answerOf, apiWorld } from "./given.ts";

const ID = "3b241101-e2bb-4255-8caf-4136c566a962";
const token = statusToken({ kind: "batch", id: ID, key: KEYS.status });
const tidAt = (index: number) => callIdOf({ batchId: ID, index });

const specAt = (index: number, changes: Partial<CallSpec> = {}) =>
  specOf({ tid: tidAt(index), to: `44770090000${index}`, batch: { id: ID, index: index * 2 }, ...changes });

/** A batch whose calls are at these points of their lives. */
async function given(count = 4) {
  const api = apiWorld();
  const { world } = api;
  const dialed = (index: number) => after(accept(specAt(index)), claim(1), report(2, { type: "dialed", uuid: UUID }));
  const busy = (index: number) =>
    after(dialed(index), report(3, { type: "line", status: "busy" }), report(4, { type: "line", status: "completed" }));
  const calls = [busy(0), dialed(1), accept(specAt(2)), accept(specAt(3))];
  for (const [index, call] of calls.entries()) world.hold({ spec: specAt(index, REFERENCES[index]), call });
  const times = { acceptedAt: at(0), firstDialAt: at(1), lastDialAt: at(120) };
  await world.batches.add({ id: ID, applicationId: "app", count, ...times });
  return api;
}
const REFERENCES = [{ reference: '=1+1, "quoted"' }, {}, {}, {}];

const get = async ({ app }: Awaited<ReturnType<typeof given>>, path: string) => await app.request(path);

describe("the address of a batch", () => {
  it("counts its calls by state, status and reason, and says when it should be over", async () => {
    const answer = await answerOf(await get(await given(), `/batch/${ID}?token=${token}`));
    expect(answer).toEqual({
      status: 200,
      type: "application/json",
      body: {
        batch_id: ID,
        count: 4,
        accepted_at: at(0),
        first_dial_at: at(1),
        last_dial_at: at(120),
        states: { completed: 1, dialing: 1, queued: 2 },
        statuses: { error: 1 },
        reasons: { busy: 1 },
        estimated_end_at: at(180),
      },
    });
  });

  it("gives every call as a line of JSON, in the order of the request", async () => {
    const response = await get(await given(), `/batch/${ID}/results?token=${token}`);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line)).map(({ index, tid, state }) => [index, tid, state])).toEqual([
      [0, tidAt(0), "completed"],
      [2, tidAt(1), "dialing"],
      [4, tidAt(2), "queued"],
      [6, tidAt(3), "queued"],
    ]);
  });

  it("gives every call as a line of CSV, and no formula", async () => {
    const response = await get(await given(), `/batch/${ID}/results?token=${token}&format=csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect((await response.text()).split("\r\n").slice(0, 3)).toEqual([
      "index,tid,to,reference,state,status,reason,attempts,uuid,accepted_at,dialed_at,answered_at,completed_at,duration_seconds,price",
      `0,${tidAt(0)},447700900000,"'=1+1, ""quoted""",completed,error,busy,0,${UUID},${at(0)},${at(1)},,${at(3)},,`,
      `2,${tidAt(1)},447700900001,,dialing,,,0,${UUID},${at(0)},${at(1)},,,,`,
    ]);
  });

  it("gives no other format", async () => {
    const answer = await answerOf(await get(await given(), `/batch/${ID}/results?token=${token}&format=xml`));
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ field: "format", expected: "json, ndjson, csv" }] },
    });
  });

  it.each(["", `?token=${"x".repeat(43)}`, `?token=${statusToken({ kind: "call", id: ID, key: KEYS.status })}`])(
    "shows nothing and cancels nothing with %s",
    async (query) => {
      const api = await given();
      for (const path of [`/batch/${ID}`, `/batch/${ID}/results`])
        expect((await get(api, `${path}${query}`)).status).toBe(404);
      expect((await api.app.request(`/batch/${ID}${query}`, { method: "DELETE" })).status).toBe(404);
      expect(api.world.timers.sent).toEqual([]);
    },
  );
});

describe("a batch that is deleted", () => {
  async function removed(headers: Record<string, string>) {
    const api = await given();
    const hungUp: unknown[] = [];
    const carrier = {
      ...api.world.carrier,
      hangUp: async (uuid: string, credential: string) => hungUp.push([uuid, credential]) > 0,
    };
    const response = await api.app.request(`/batch/${ID}?token=${token}`, { method: "DELETE", headers });
    const answer = await answerOf(response);
    const [message] = api.world.timers.sent;
    if (message === undefined) throw new Error("nothing was sent");
    const told = await timers({ ...api.world, carrier })(message);
    return { answer, told, hungUp, world: api.world };
  }
  const told = (index: number, more: object) => ({ event: "timer.cancel", tid: tidAt(index), hung_up: false, ...more });

  it("has what is queued of it cancelled, each call with its one result", async () => {
    const { answer, told: units, hungUp, world } = await removed({});
    expect(answer).toEqual({ status: 202, type: "application/json", body: { batch_id: ID, cancelling: 4 } });
    expect(units).toEqual([
      told(0, { phase: "completed" }),
      told(1, { phase: "dialing" }),
      told(2, { phase: "completed", result: "error" }),
      told(3, { phase: "completed", result: "error" }),
    ]);
    expect(world.bus.published.map(({ type, metadata, data }) => [type, metadata.tid, data])).toEqual(
      [2, 3].map((index) => [
        "call.completed",
        tidAt(index),
        expect.objectContaining({ status: "error", reason: "cancelled" }),
      ]),
    );
    expect(hungUp).toEqual([]);
  });

  it("has what is live of it hung up, with its credential", async () => {
    const { told: units, hungUp } = await removed({ authorization: `Bearer ${CREDENTIAL}` });
    expect(units).toContainEqual(told(1, { phase: "dialing", hung_up: true }));
    expect(hungUp).toEqual([[UUID, CREDENTIAL]]);
  });
});
