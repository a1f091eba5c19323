import { randomUUID } from "node:crypto";
import type { Call } from "@promptcall/core/call/call";
import { OPTIONAL_WORDS, withoutWords } from "@promptcall/core/call/erasure";
import { beforeAll, describe, expect, it } from "vitest";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { ConflictError } from "../../src/errors.ts";
import type { CallStore } from "../../src/ports/call-store.ts";
import { FakeTable } from "../../testing/table.ts";
import { after, claim, queued as queuedCall, report, spec as specOf } from "../given.ts";
import { startTable } from "./local-cloud.ts";

/** A call to which nothing has happened, and its spec. */
function given() {
  const tid = randomUUID();
  return { tid, spec: specOf({ tid }), queued: { ...queuedCall(), tid } satisfies Call };
}

const dialing = (call: Call, token = "claim-1") => after(call, claim(1, token));

/** A call that went all the way, with everything on its record that there can be. */
const completed = (call: Call) =>
  after(
    call,
    claim(),
    report(2, { type: "dialed", uuid: "uuid" }),
    report(3, { type: "leg", status: "ringing", uuid: "uuid" }),
    report(4, { type: "leg", status: "answered", uuid: "uuid" }),
    report(5, { type: "digits", attempt: 1, matched: false }),
    report(6, { type: "digits", attempt: 2, matched: true }),
    report(7, { type: "leg", status: "completed", uuid: "uuid", durationSeconds: 12.5, price: "0.01000000" }),
  );

describe.each<{ name: string; start: () => Promise<CallStore> }>([
  { name: "the fake", start: async () => new FakeTable().calls() },
  { name: "the table", start: async () => callStore(await startTable()) },
])("$name, as a store of calls", ({ start }) => {
  let calls: CallStore;
  beforeAll(async () => {
    calls = await start();
  });

  it("gives back whole what was created, at version 1", async () => {
    const { tid, spec, queued } = given();
    const unicode = { ...spec, text: "Grüße, 请输入密码 🔐\n\u0000", byeText: "", failedText: "No" };
    await calls.add([unicode]);
    expect(await calls.spec(tid)).toStrictEqual(unicode);
    expect(await calls.state(tid)).toStrictEqual({ call: queued, version: 1 });
  });

  it("gives back what was absent as absent, and not as undefined or null", async () => {
    const { tid, spec, queued } = given();
    const { byeText, failedText, ...least } = spec;
    await calls.add([{ ...least, byeText: undefined, failedText: undefined } as never]);
    expect(await calls.spec(tid)).toStrictEqual(least);
    await calls.save({ call: { ...dialing(queued), line: { uuid: undefined } } as never, version: 1 });
    expect(await calls.state(tid)).toStrictEqual({ call: { ...dialing(queued), line: {} }, version: 2 });
  });

  it("keeps every kind of value that a call is made of", async () => {
    const { tid, spec, queued } = given();
    const call = completed(queued);
    expect(call.phase).toBe("completed");
    await calls.add([spec]);
    await calls.save({ call, version: 1 });
    expect(await calls.state(tid)).toEqual({ call, version: 2 });
  });

  it("finds the queued calls among others, and only that the others are not", async () => {
    const [waits, givenBack, dialed, unknown] = [given(), given(), given(), given()];
    await calls.add([waits.spec, givenBack.spec, dialed.spec]);
    const back = after(dialing(givenBack.queued), { type: "release_dial", token: "claim-1" });
    for (const [version, call] of [dialing(givenBack.queued), back].entries())
      await calls.save({ call, version: version + 1 });
    await calls.save({ call: dialing(dialed.queued), version: 1 });
    const found = await calls.findQueued([waits, givenBack, dialed, unknown].map(({ tid }) => tid));
    expect(new Map(found)).toEqual(
      new Map<string, unknown>([
        [waits.tid, { spec: waits.spec, stored: { call: waits.queued, version: 1 } }],
        [givenBack.tid, { spec: givenBack.spec, stored: { call: back, version: 3 } }],
        [dialed.tid, "not_queued"],
      ]),
    );
    expect(await calls.findQueued([])).toEqual(new Map());
  });

  it("finds as many as a step has under way, which are all looked at twice", async () => {
    const many = Array.from({ length: 101 }, given);
    await calls.add(many.map(({ spec }) => spec));
    await Promise.all(many.map(({ queued }) => calls.save({ call: dialing(queued), version: 1 })));
    const tids = many.map(({ tid }) => tid);
    expect(await calls.findQueued(tids)).toEqual(new Map(tids.map((tid) => [tid, "not_queued"])));
    expect((await calls.find(tids, { mayBeBehind: true })).size).toBe(tids.length);
  });

  it("finds as many as are not there: each is looked for twice", async () => {
    const tids = Array.from({ length: 101 }, () => given().tid);
    expect(await calls.findQueued(tids)).toEqual(new Map());
    expect(await calls.find(tids, { mayBeBehind: true })).toEqual(new Map());
  });

  it("finds every call, and none that is not there, for who may be behind", async () => {
    const [one, other, unknown] = [given(), given(), given()];
    await calls.add([one.spec, other.spec]);
    await calls.save({ call: dialing(one.queued), version: 1 });
    const found = await calls.find([one.tid, other.tid, unknown.tid], { mayBeBehind: true });
    expect(new Map(found)).toEqual(
      new Map([
        [one.tid, { spec: one.spec, stored: { call: dialing(one.queued), version: 2 } }],
        [other.tid, { spec: other.spec, stored: { call: other.queued, version: 1 } }],
      ]),
    );
    expect(await calls.state(one.tid, { mayBeBehind: true })).toEqual({ call: dialing(one.queued), version: 2 });
    expect(await calls.state(unknown.tid, { mayBeBehind: true })).toBeUndefined();
  });

  it("returns undefined for an unknown call", async () => {
    const { tid } = given();
    expect([await calls.spec(tid), await calls.state(tid)]).toEqual([undefined, undefined]);
  });

  it("keeps calls apart", async () => {
    const [one, other] = [given(), given()];
    await calls.add([one.spec, other.spec]);
    await calls.save({ call: dialing(one.queued), version: 1 });
    expect(await calls.state(other.tid)).toEqual({ call: other.queued, version: 1 });
    expect(await calls.spec(other.tid)).toEqual(other.spec);
  });

  it("saves over the version that was read, and reads it back at once", async () => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    for (const version of [1, 2, 3]) {
      const call = dialing(queued, `claim-${version}`);
      await calls.save({ call, version });
      expect(await calls.state(tid)).toEqual({ call, version: version + 1 });
    }
  });

  it.each([
    ["older", 1],
    ["newer", 3],
    ["of none", 0],
  ])("refuses a save at a version that is %s, and changes nothing", async (_, version) => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    const saved = dialing(queued);
    await calls.save({ call: saved, version: 1 });
    await expect(calls.save({ call: dialing(queued, "late"), version })).rejects.toEqual(new ConflictError(tid));
    expect(await calls.state(tid)).toEqual({ call: saved, version: 2 });
  });

  it.each([0, 2])("refuses a save of a call to which nothing has happened, at version %i", async (version) => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    await expect(calls.save({ call: dialing(queued), version })).rejects.toEqual(new ConflictError(tid));
    expect(await calls.state(tid)).toEqual({ call: queued, version: 1 });
  });

  it("keeps the state when the spec is written again", async () => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    await calls.save({ call: dialing(queued), version: 1 });
    await calls.add([spec]);
    expect(await calls.state(tid)).toEqual({ call: dialing(queued), version: 2 });
  });

  it("takes many calls, and finds those that there are, each as it stands", async () => {
    const all = Array.from({ length: 130 }, given);
    await calls.add(all.map(({ spec }) => spec));
    const [moved, unknown] = [all[77] ?? given(), given()];
    await calls.save({ call: dialing(moved.queued), version: 1 });
    const found = await calls.find([unknown, ...all].map(({ tid }) => tid));
    const expected = all.map(({ tid, spec, queued }) => {
      const stored = tid === moved.tid ? { call: dialing(queued), version: 2 } : { call: queued, version: 1 };
      return [tid, { spec, stored }] as const;
    });
    expect(found).toStrictEqual(new Map(expected));
    expect([await calls.add([]), await calls.find([])]).toEqual([undefined, new Map()]);
  });

  it("finds a call that is asked for twice", async () => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    expect(await calls.find([tid, tid])).toStrictEqual(
      new Map([[tid, { spec, stored: { call: queued, version: 1 } }]]),
    );
  });

  it("of many savers at one version lets exactly one through", async () => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    const savers = Array.from({ length: 20 }, (_, index) => dialing(queued, `claim-${index}`));
    const saved = await Promise.allSettled(savers.map((call) => calls.save({ call, version: 1 })));
    const winners = savers.filter((_, index) => saved[index]?.status === "fulfilled");
    expect(winners).toHaveLength(1);
    expect(saved.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))).toEqual(
      new Array(19).fill(new ConflictError(tid)),
    );
    expect(await calls.state(tid)).toEqual({ call: winners[0], version: 2 });
  });

  it("leaves the spec as it was, whatever is saved", async () => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    await calls.save({ call: { ...dialing(queued), to: "+1********00", applicationId: "other" }, version: 1 });
    expect(await calls.spec(tid)).toEqual(spec);
  });

  it("erases the words and the PIN's hash of a call, as often as it is asked, and leaves all the rest", async () => {
    const { tid, spec, queued } = given();
    const words = Object.fromEntries(OPTIONAL_WORDS.map((field) => [field, `the canary of ${field}`]));
    const asked = { ...spec, ...words };
    await calls.add([asked]);
    await calls.save({ call: completed(queued), version: 1 });
    for (const time of ["once", "again"]) {
      await calls.eraseWords(tid);
      expect([time, await calls.spec(tid)]).toStrictEqual([time, withoutWords(asked)]);
      expect(JSON.stringify(await calls.spec(tid))).not.toContain("canary");
    }
    expect(await calls.state(tid)).toEqual({ call: completed(queued), version: 2 });
  });

  it("writes the spec of a call anew, and leaves its state", async () => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    await calls.save({ call: completed(queued), version: 1 });
    const { reference, ...less } = { ...spec, to: "+44********01", from: "" };
    await calls.rewrite(less);
    expect(await calls.spec(tid)).toStrictEqual(less);
    expect(await calls.state(tid)).toEqual({ call: completed(queued), version: 2 });
  });

  it("erases the digits of a call and leaves the rest, so that whoever has read it before cannot bring them back", async () => {
    const { tid, spec, queued } = given();
    await calls.add([spec]);
    const { outcome: _outcome, ...rest } = completed(queued) as Extract<Call, { phase: "completed" }>;
    const without = { ...rest, outcome: { status: "ok" as const, choice: "confirmed" } };
    const captured = { ...rest, outcome: { ...without.outcome, sealedDigits: "canary" } };
    await calls.save({ call: captured, version: 1 });
    await calls.eraseDigits(tid);
    await calls.eraseDigits(tid);
    expect(await calls.state(tid)).toStrictEqual({ call: without, version: 3 });
    await expect(calls.save({ call: captured, version: 2 })).rejects.toThrow(ConflictError);
  });

  it("makes no call of one that it does not know, by erasing or rewriting", async () => {
    const { tid, spec } = given();
    await calls.eraseWords(tid);
    await calls.eraseDigits(tid);
    await calls.rewrite(spec);
    expect([await calls.spec(tid), await calls.state(tid)]).toEqual([undefined, undefined]);
  });

  it("returns copies, and stores a copy", async () => {
    const { tid, spec, queued } = given();
    const specGiven = structuredClone(spec);
    await calls.add([specGiven]);
    const [specRead, read] = [await calls.spec(tid), await calls.state(tid)];
    for (const own of [specGiven, specRead, read?.call]) Object.assign(own ?? {}, { applicationId: "changed" });
    expect(await calls.spec(tid)).toEqual(spec);
    expect(await calls.state(tid)).toEqual({ call: queued, version: 1 });
  });
});
