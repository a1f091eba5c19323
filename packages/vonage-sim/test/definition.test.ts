import type { Vonage } from "@vonage/server-sdk";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type CallDetail, callDetailSchema, placedSchema } from "../src/definition/call-detail.ts";
import { DETAILS, webhookSchemas } from "../src/definition/webhooks.ts";
import {
  APPLICATION,
  ask,
  keys,
  phone,
  postCall,
  type Received,
  type Receiver,
  signed,
  startReceiver,
  startRig,
  talk,
} from "./support.ts";

type Kind = keyof typeof webhookSchemas;

const ENDINGS = Array.from({ length: 24 }, (_, n) => String(n).padStart(2, "0"));
const DETECTIONS = [
  {},
  { machine_detection: "continue" },
  { machine_detection: "hangup" },
  { advanced_machine_detection: { behavior: "continue", mode: "default" } },
  { advanced_machine_detection: { behavior: "hangup", mode: "detect_beep", beep_timeout: 45 } },
];

/** By GET, what is nested is JSON in text, and what is null is not there. */
function bodyOf({ method, body, query }: Received): unknown {
  if (method === "POST") return body;
  const written = Object.entries(query).map(([name, value]) => [name, /^[[{]/.test(value) ? JSON.parse(value) : value]);
  return Object.fromEntries(written);
}

function kindOf({ path, body }: Received): Kind {
  switch (path) {
    case "/digits":
      return "dtmf";
    case "/answer":
      return "answer";
    case "/fallback":
      return "fallback";
    case "/said":
      return "notify";
    default:
      return "reason" in body ? "error" : "status";
  }
}

describe("the definition", () => {
  it("holds for every webhook and every answer, whoever is called and however", async () => {
    const received: Received[] = [];
    const told = { action: "notify", payload: { said: true }, eventUrl: ["https://x.test/"] };
    const receiver: Receiver = await startReceiver((hook) => {
      told.eventUrl = [`${receiver.url}/said`];
      received.push(hook);
      switch (hook.path) {
        case "/answer":
          return { json: ask(`${receiver.url}/digits`) };
        case "/digits":
          // The second entry of anybody is met by a server that is too busy.
          return (hook.body.dtmf as { digits: string }).digits === "4321"
            ? { code: 503 }
            : { json: [talk("Bye"), told] };
        default:
          return undefined;
      }
    });
    const settings = { publicKey: keys.publicKey, fallbackAnswerUrl: `${receiver.url}/fallback` };
    const { sim, until } = await startRig({
      speed: 1000,
      otherRequestsPerSecond: Number.POSITIVE_INFINITY,
      applications: { [APPLICATION]: settings },
    });
    const token = await signed();
    const details: unknown[] = [];
    await Promise.all(
      ENDINGS.flatMap((ending, index) =>
        DETECTIONS.map(async (detection, n) => {
          const byUrl = (index + n) % 2 === 0;
          const script = byUrl
            ? { ncco: undefined, answer_url: [`${receiver.url}/answer`] }
            : { ncco: ask(`${receiver.url}/digits`) };
          const change = {
            to: [phone(`44770090${n}1${ending}`)],
            event_url: [`${receiver.url}/events`],
            ringing_timer: 5,
            ...script,
            ...detection,
          };
          const response = await postCall(sim.url, { token, change });
          const { uuid } = placedSchema.parse(await response.json());
          const read = async () =>
            (await fetch(`${sim.url}/v1/calls/${uuid}`, { headers: { authorization: `Bearer ${token}` } })).json();
          details.push(await read());
          await until((call) => call.uuid === uuid && call.finished);
          details.push(await read());
        }),
      ),
    );

    expect(details).toHaveLength(2 * ENDINGS.length * DETECTIONS.length);
    for (const detail of details) expect(callDetailSchema.safeParse(detail).error).toBeUndefined();
    const kinds = new Set<Kind>();
    const statuses = new Set<unknown>();
    const reported = new Set<unknown>();
    for (const hook of received) {
      const kind = kindOf(hook);
      kinds.add(kind);
      statuses.add(hook.body.status);
      reported.add(hook.body.detail);
      expect({ kind, body: hook.body, fault: webhookSchemas[kind].safeParse(bodyOf(hook)).error }).toMatchObject({
        fault: undefined,
      });
    }
    // Nothing of the definition that the people do not bring about.
    expect(kinds).toEqual(new Set(Object.keys(webhookSchemas)));
    const known = webhookSchemas.status.options.flatMap(({ shape: { status } }): string[] =>
      "options" in status ? status.options : [...status.values],
    );
    expect(statuses).toEqual(new Set([...known, undefined]));
    expect(reported).toEqual(new Set([...Object.values(DETAILS).flat(), undefined]));
  });
});

describe("the definition of a call", () => {
  it("has the statuses of Vonage's own SDK", () => {
    type SdkDetail = Awaited<ReturnType<Vonage["voice"]["getCall"]>>;
    expectTypeOf<`${SdkDetail["status"]}`>().toEqualTypeOf<CallDetail["status"]>();
  });
});

describe("the definition of webhooks", () => {
  const ids = { from: "14845552121", to: "16105553939", conversation_uuid: "CON-2541d01c-253e-48be-a8e0-da4bbe4c3722" };
  const line = { ...ids, headers: {}, uuid: "0A0000000123ABCD1", timestamp: "2020-07-01T20:45:34.796Z" };
  const completed = {
    ...line,
    direction: "inbound",
    status: "completed",
    start_time: "2020-07-01T20:45:35.000Z",
    end_time: "2020-07-01T20:45:42.000Z",
    duration: "7",
    rate: "0.00450000",
    price: "0.00052500",
    network: "US-VIRTUAL-LEVEL3",
  };
  const { headers: _, ...entered } = { ...line, speech: { error: "Speech was not enabled" } };

  // As captured by Vonage's PHP SDK: test/Voice/requests of github.com/Vonage/vonage-php-sdk-core.
  it.each<[Kind, object]>([
    ["status", { ...line, direction: "inbound", status: "started" }],
    ["status", { ...line, direction: "inbound", status: "answered", start_time: null, rate: null, network: null }],
    ["status", { ...line, direction: "outbound", status: "failed", detail: "cannot_route" }],
    ["status", completed],
    ["dtmf", { ...entered, dtmf: { digits: "2", timed_out: true } }],
  ])("takes a captured %s: %j", (kind, body) => {
    expect(webhookSchemas[kind].parse(body)).toEqual(body);
  });

  it.each<[string, Kind, object]>([
    ["a duration that is a number", "status", { ...completed, duration: 7 }],
    ["a completed call without its price", "status", { ...completed, price: undefined }],
    ["a status unknown", "status", { ...line, direction: "outbound", status: "asleep" }],
    ["a detail of another status", "status", { ...line, direction: "outbound", status: "failed", detail: "declined" }],
    ["a machine's uuid", "status", { ...ids, uuid: "1", status: "machine", timestamp: line.timestamp }],
    ["a field unknown", "dtmf", { ...entered, dtmf: { digits: "2", timed_out: true }, pin: "2" }],
    ["digits that are a number", "dtmf", { ...entered, dtmf: { digits: 2, timed_out: true } }],
    ["an error that names a uuid", "error", { ...line, reason: "x" }],
  ])("refuses %s", (_what, kind, body) => {
    expect(webhookSchemas[kind].safeParse(body).success).toBe(false);
  });
});
