import type { CallbackMessage } from "@promptcall/core/contracts/delivery-messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { describe, expect, it } from "vitest";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import { SealError } from "../../src/errors.ts";
import { scriptedSender } from "../../testing/scripted-sender.ts";
import { fakeSeal } from "../../testing/seal.ts";
import { fixtureWith } from "../fixture.ts";
import { after, at, claim, KEYS, queued, report, SETTINGS, spec, TID } from "../given.ts";

const DIGITS = "90210";

const attempt = (number: number): CallbackMessage => ({ v: 1, type: "callback", tid: TID, attempt: number });

const answered = (httpStatus: number) => ({ httpStatus, durationMs: 1 });

async function captured({
  callback = { url: "https://customer.example/result", method: "POST" as const },
  answers = [200],
}: {
  callback?: CallSpec["callback"];
  answers?: readonly [number, ...number[]];
} = {}) {
  const sealedDigits = await fakeSeal([KEYS.digits]).seal(DIGITS, TID);
  const call = after(
    queued(),
    claim(),
    report(5, { type: "digits", attempt: 1, matched: true, sealedDigits }),
    report(9, { type: "leg", status: "completed" }),
  );
  const fixture = {
    ...(await fixtureWith(call, {
      spec: spec({ ...(callback.shape ? {} : { ask: "capture" }), pinHash: "", callback }),
    })),
    sender: scriptedSender(answered(answers[0]), ...answers.slice(1).map(answered)),
  };
  const ports = { ...fixture, keys: [KEYS.callback] as const, settings: SETTINGS.callback };
  const outcome = async () => (await fixture.calls.state(TID))?.call;
  return { fixture, ports, deliver: dispatcher(ports), sealedDigits, outcome };
}

describe("captured digits", () => {
  it.each([
    [{ url: "https://customer.example/result", method: "POST" as const }],
    [{ url: "https://customer.example/result", method: "GET" as const }],
    [{ url: "https://customer.example/result", method: "POST" as const, format: "json" as const }],
  ])("are in the signed result, and nowhere once it is delivered: %j", async (callback) => {
    const { fixture, deliver, sealedDigits, outcome } = await captured({ callback });
    const logged = await deliver(attempt(1));
    const [request] = fixture.sender.requests;
    const sent = request?.body ?? new URL(request?.url ?? "").search.slice(1);
    if ("format" in callback) expect(JSON.parse(sent).data).toMatchObject({ status: "ok", digits: DIGITS });
    else expect(Object.fromEntries(new URLSearchParams(sent))).toMatchObject({ status: "ok", digits: DIGITS });
    expect(request?.headers).toHaveProperty("webhook-signature");
    expect(await outcome()).toMatchObject({ phase: "completed", outcome: { status: "ok" } });
    const kept = JSON.stringify([fixture.calls.records(), fixture.bus.published, logged, fixture.log.records]);
    for (const secret of [DIGITS, sealedDigits]) expect(kept).not.toContain(secret);
  });

  it("stay, sealed, until an attempt succeeds: beside the record from when the result is parked", async () => {
    const { fixture, deliver, sealedDigits, outcome } = await captured({ answers: [500, 410, 410, 200] });
    await deliver(attempt(1));
    expect(await outcome()).toMatchObject({ outcome: { sealedDigits } });
    for (const parking of [2, 3]) {
      await deliver(attempt(parking));
      expect(JSON.stringify(await outcome())).not.toContain(sealedDigits);
      expect(fixture.parkedDigits.records()).toEqual([sealedDigits]);
    }
    expect(JSON.stringify([fixture.parked.sent, fixture.bus.published])).not.toMatch(/90210|sealed/);
    await deliver(attempt(4));
    expect(fixture.sender.requests.map(({ body }) => body?.includes(`digits=${DIGITS}`))).toEqual(Array(4).fill(true));
    expect(fixture.parkedDigits.records()).toEqual([]);
  });

  it("end with the dead letter of a parked result, 14 days after it was parked last", async () => {
    const { fixture, deliver } = await captured({ answers: [410, 410, 200] });
    const days = 24 * 3_600_000;
    await deliver(attempt(1));
    await fixture.clock.waitUntil(fixture.clock.now().getTime() + 13 * days);
    await deliver({ ...attempt(2), replay: true });
    await fixture.clock.waitUntil(fixture.clock.now().getTime() + 14 * days - 1_000);
    expect(await fixture.parkedDigits.find(TID)).toBeDefined();
    await fixture.clock.waitUntil(fixture.clock.now().getTime() + 2_000);
    await deliver({ ...attempt(3), replay: true });
    expect(fixture.sender.requests.map(({ body }) => body?.includes(`digits=${DIGITS}`))).toEqual([true, true, false]);
    expect(fixture.sender.requests[2]?.body).toContain("status=ok");
  });

  it("are kept by no copy that parks the result when another has just delivered it", async () => {
    const { fixture, ports, sealedDigits } = await captured({ answers: [410] });
    const keep = async (tid: string, sealed: string) => {
      const delivered = { attempt: 1, at: at(20), answer: 200, durationMs: 1 };
      await fixture.deliveries.add(TID, delivered, "delivered");
      await fixture.calls.eraseDigits(TID);
      await fixture.parkedDigits.keep(tid, sealed);
    };
    await dispatcher({ ...ports, parkedDigits: { ...ports.parkedDigits, keep } })(attempt(1));
    expect(fixture.parkedDigits.records()).toEqual([]);
    expect(JSON.stringify(fixture.calls.records())).not.toContain(sealedDigits);
  });

  it("are lost by nobody who dies while the result is parked", async () => {
    for (const dead of ["keep", "erase"] as const) {
      const { fixture, ports, deliver, sealedDigits } = await captured({ answers: [410, 200] });
      const died = () => Promise.reject(new Error("died"));
      const dying = dispatcher({
        ...ports,
        ...(dead === "keep"
          ? { parkedDigits: { ...ports.parkedDigits, keep: died } }
          : { calls: { ...ports.calls, eraseDigits: died } }),
      });
      await expect(dying(attempt(1))).rejects.toThrow("died");
      await deliver(attempt(1));
      expect(fixture.parkedDigits.records()).toEqual([sealedDigits]);
      expect(JSON.stringify(fixture.calls.records())).not.toContain(sealedDigits);
      await deliver(attempt(2));
      expect(fixture.sender.requests[1]?.body).toContain(`digits=${DIGITS}`);
      expect(fixture.parkedDigits.records()).toEqual([]);
    }
  });

  it("are erased by whoever comes after a function that died before", async () => {
    const { fixture, ports, deliver, outcome } = await captured();
    const dying = dispatcher({
      ...ports,
      calls: { ...ports.calls, eraseDigits: () => Promise.reject(new Error("died")) },
    });
    await expect(dying(attempt(1))).rejects.toThrow("died");
    await deliver(attempt(1));
    expect(fixture.sender.requests).toHaveLength(1);
    expect(await outcome()).toMatchObject({ outcome: { status: "ok" } });
    expect(JSON.stringify(await outcome())).not.toContain("sealedDigits");
  });

  it("are erased where one copy of an attempt died after it delivered them, and another failed", async () => {
    const { fixture, deliver, sealedDigits } = await captured();
    const made = { attempt: 1, at: at(10), durationMs: 1 };
    await fixture.deliveries.add(TID, { ...made, answer: 200 }, "delivered");
    await fixture.deliveries.add(TID, { ...made, answer: "timeout" }, "pending");
    expect(await deliver(attempt(1))).toMatchObject({ event: "callback.delivered", tid: TID });
    expect([fixture.sender.requests, fixture.callbacks.sent]).toEqual([[], []]);
    expect(JSON.stringify(fixture.calls.records())).not.toContain(sealedDigits);
  });

  it.each([
    ["a copy of that attempt, which fails", { of: 1, meanwhile: true, later: [] }],
    ["a message of the attempt before", { of: 1, meanwhile: false, later: [{ attempt: 2, answer: 500 }] }],
    ["a message of the attempt after", { of: 2, meanwhile: false, later: [] }],
  ])("are erased by %s, where a function died after it delivered them", async (_, { of, meanwhile, later }) => {
    const { fixture, ports, sealedDigits } = await captured({ answers: [500] });
    const made = { at: at(10), durationMs: 1 };
    const delivered = async () => {
      await fixture.deliveries.add(TID, { ...made, attempt: 1, answer: 200 }, "delivered");
      for (const other of later) await fixture.deliveries.add(TID, { ...made, ...other }, "pending");
    };
    if (!meanwhile) await delivered();
    const send: typeof fixture.sender.send = async (...request) => {
      await delivered();
      return await fixture.sender.send(...request);
    };
    const deliver = dispatcher({ ...ports, sender: { send } });
    expect(await deliver(attempt(of))).toMatchObject({ event: "callback.repeated", tid: TID });
    expect(fixture.callbacks.sent).toEqual([]);
    expect(JSON.stringify(fixture.calls.records())).not.toContain(sealedDigits);
  });

  it("are in every copy of a result: one that finds them erased was delivered, and sends nothing", async () => {
    const { fixture, ports, deliver } = await captured();
    await deliver(attempt(1));
    // Between the reads of a copy the other one is done.
    const [stale, ...later] = [{ attempts: [], state: "pending" as const }, await fixture.deliveries.read(TID)];
    const reads = [stale, ...later];
    const read = async (tid: string) => reads.shift() ?? (await fixture.deliveries.read(tid));
    const copy = dispatcher({ ...ports, deliveries: { ...ports.deliveries, read } });
    expect(await copy(attempt(1))).toMatchObject({ event: "callback.delivered" });
    expect(fixture.sender.requests).toHaveLength(1);
  });

  it("are delivered after their key was replaced, while the old one is listed, and not at all without it", async () => {
    const newer = new Uint8Array(32).fill(99);
    const { fixture, ports } = await captured();
    const without = dispatcher({ ...ports, digitsSeal: fakeSeal([newer]) });
    await expect(without(attempt(1))).rejects.toThrow(SealError);
    expect(fixture.sender.requests).toEqual([]);
    await dispatcher({ ...ports, digitsSeal: fakeSeal([newer, KEYS.digits]) })(attempt(1));
    expect(fixture.sender.requests[0]?.body).toContain(`digits=${DIGITS}`);
  });

  it("are not in a result that is sent again after it was delivered", async () => {
    const { fixture, deliver } = await captured({ answers: [200, 200] });
    await deliver(attempt(1));
    await deliver({ ...attempt(2), replay: true });
    expect(fixture.sender.requests[1]?.body).toContain("status=ok");
    expect(fixture.sender.requests[1]?.body).not.toContain("digits");
  });
});

describe("the PIN of a call that was asked for by the deprecated API", () => {
  const callback = { url: "https://old.example/result", method: "GET", shape: "tts_prompt" } as const;

  it("is in its result until that is delivered, and nothing is sent again without it", async () => {
    const { fixture, deliver, sealedDigits } = await captured({ callback, answers: [500, 200] });
    await deliver(attempt(1));
    await deliver(attempt(2));
    for (const { method, url, headers } of fixture.sender.requests) {
      expect(method).toBe("GET");
      expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ status: "ok", digits: DIGITS });
      expect(headers).toHaveProperty("webhook-signature");
    }
    expect(JSON.stringify(fixture.calls.records())).not.toContain(sealedDigits);
    expect(await deliver({ ...attempt(3), replay: true })).toMatchObject({ event: "callback.repeated" });
    expect(fixture.sender.requests).toHaveLength(2);
  });
});
