import type { Call } from "@promptcall/core/call/call";
import { callbackSecret, formatSecret } from "@promptcall/core/callbacks/callback-request";
import { ResultAsJsonSchema } from "@promptcall/core/contracts/answers";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { Webhook } from "standardwebhooks";
import { describe, expect, it, vi } from "vitest";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import { scriptedSender } from "../../testing/scripted-sender.ts";
import { fixtureWith } from "../fixture.ts";
import { after, at, KEYS, report, spec, TID, TO } from "../given.ts";
import { completed, first, ok, ports } from "./given-delivery.ts";

describe("a result as JSON", () => {
  const asked = { ...spec().callback, format: "json" as const };
  const late = report(70, {
    type: "leg",
    status: "completed",
    durationSeconds: 9,
    price: "0.09",
    rate: "0.00450000",
    network: "23410",
    uuid: "late",
  });

  async function sent(call: Call, callback: CallSpec["callback"] = asked) {
    const fixture = { ...(await fixtureWith(call, { now: at(60) })), ...ports, sender: scriptedSender(ok) };
    await fixture.calls.add([spec({ callback, reference: "order-4711" })]);
    await dispatcher(fixture)(first);
    return fixture.sender.requests;
  }

  it("is all that is known of the call, signed like a form", async () => {
    const [request] = await sent(completed());
    expect(request?.headers).toMatchObject({ "content-type": "application/json", "webhook-id": `msg_${TID}` });
    expect(ResultAsJsonSchema.parse(JSON.parse(request?.body ?? ""))).toEqual({
      type: "call.completed",
      data: {
        tid: TID,
        to: TO,
        from: "447700900999",
        reference: "order-4711",
        state: "completed",
        status: "error",
        reason: "rejected",
        attempts: [],
        dials: [{ at: at(1), ended_as: "rejected" }],
        accepted_at: at(0),
        dialed_at: at(1),
        ended_at: at(2),
        completed_at: at(2),
      },
    });
    const { headers = {}, body = "" } = request ?? {};
    const secret = formatSecret(callbackSecret({ key: KEYS.callback, applicationId: "app" }));
    vi.setSystemTime(new Date(at(60)));
    expect(() => new Webhook(secret).verify(body, { ...headers })).not.toThrow();
    vi.useRealTimers();
  });

  it.each([
    ["its end, with its price", late],
    ["its answer", report(70, { type: "leg", status: "answered" })],
    ["that it rang, before its end", report(1, { type: "leg", status: "ringing" })],
    ["that it was busy", report(70, { type: "leg", status: "busy" })],
    ["digits", report(70, { type: "digits", attempt: 1, matched: true })],
  ])("says the same, in either shape, when %s is reported later", async (_, reported) => {
    const once = completed();
    const oldShape = { ...spec().callback, shape: "tts_prompt" as const };
    for (const callback of [asked, oldShape])
      expect(await sent(after(once, reported), callback)).toEqual(await sent(once, callback));
    const twice = after(once, reported, report(80, { type: "digits", attempt: 2, matched: false }));
    expect(await sent(twice)).toEqual(await sent(once));
  });

  it("has nothing of the words, the PIN or the credential in it", async () => {
    const [request] = await sent(completed());
    expect(request?.body).not.toMatch(/Please enter|hash|sealed/);
  });
});
