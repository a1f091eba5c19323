import { describe, expect, it } from "vitest";
import {
  APPLICATION,
  ask,
  OUR_NUMBER,
  place,
  type Received,
  type Receiver,
  startReceiver,
  startRig,
  talk,
} from "./support.ts";

const TO = "447700900100";
const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const BYE = talk("Thank you");

const sayBye = ({ path }: Received) => (path === "/digits" ? { json: [BYE] } : undefined);

async function call(receiver: Receiver, options: object, request: object, to = TO) {
  const rig = await startRig(options);
  const { uuid, conversationUUID } = await place(rig.voice, to, {
    ncco: ask(`${receiver.url}/digits`),
    eventUrl: [`${receiver.url}/events`],
    ...request,
  });
  const ended = await rig.finished(uuid);
  return { ended, ids: { from: OUR_NUMBER, to, uuid, conversation_uuid: conversationUUID } };
}

describe("event webhooks", () => {
  it("say what became of an answered call", async () => {
    const receiver = await startReceiver(sayBye);
    const { ids } = await call(receiver, {}, {});
    const common = { headers: {}, ...ids, direction: "outbound", timestamp: ISO };
    expect(receiver.at("/events").map(({ body }) => body)).toEqual([
      { ...common, status: "started" },
      { ...common, status: "ringing" },
      { ...common, status: "answered", start_time: null, rate: null, network: null },
      {
        ...common,
        status: "completed",
        start_time: ISO,
        end_time: ISO,
        duration: expect.stringMatching(/^\d+$/),
        rate: "0.10000000",
        price: expect.stringMatching(/^0\.\d{8}$/),
        network: "23420",
        disconnected_by: "platform",
        sip_code: 200,
      },
    ]);
    expect(receiver.at("/digits").map(({ body }) => body)).toEqual([
      { ...ids, speech: { results: [] }, dtmf: { digits: "1234", timed_out: false }, timestamp: ISO },
    ]);
  });

  it.each([
    ["05", { status: "busy", sip_code: 486 }],
    ["06", { status: "unanswered", detail: "timeout", sip_code: 480 }],
    ["07", { status: "rejected", detail: "declined", sip_code: 603 }],
    ["10", { status: "rejected", detail: "invalid_number", sip_code: 484 }],
    ["11", { status: "failed", detail: "number_out_of_service", sip_code: 502 }],
    ["12", { status: "failed", detail: "cannot_route", sip_code: 404 }],
    ["13", { status: "rejected", detail: "restricted", sip_code: 403 }],
    ["14", { status: "unanswered", detail: "unavailable", sip_code: 480 }],
    ["21", { status: "timeout", sip_code: 408 }],
    ["22", { status: "cancelled", sip_code: 487 }],
    ["23", { status: "failed", detail: "internal_error", sip_code: 500 }],
  ])("say why %s was not reached", async (ending, outcome) => {
    const receiver = await startReceiver();
    const { ids } = await call(receiver, {}, { ringingTimer: 5 }, `4477009001${ending}`);
    const common = { headers: {}, ...ids, direction: "outbound", timestamp: ISO };
    const bodies = receiver.received.map(({ body }) => body).filter(({ status }) => status !== "ringing");
    const unanswered = { start_time: null, end_time: ISO, duration: "0", price: "0.00000000" };
    const completed = { ...common, status: "completed", ...unanswered, rate: "0.10000000", network: "23420" };
    expect(bodies.slice(1)).toEqual([{ ...common, ...outcome }, ...(outcome.status === "rejected" ? [] : [completed])]);
  });

  it.each<[string, string, object, object]>([
    ["machine", "08", { machineDetection: "hangup" }, { status: "machine" }],
    ["human", "00", { machineDetection: "continue" }, { status: "human" }],
    [
      "beep",
      "08",
      { advancedMachineDetection: { behavior: "continue", mode: "detect_beep" } },
      { status: "machine", sub_state: "beep_start" },
    ],
  ])("name a %s's call call_uuid", async (_what, ending, detection, found) => {
    const receiver = await startReceiver(sayBye);
    const { ids } = await call(receiver, {}, detection, `4477009001${ending}`);
    const { uuid, ...rest } = ids;
    expect(receiver.received.flatMap(({ body }) => (body.call_uuid ? [body] : []))).toEqual([
      { ...rest, call_uuid: uuid, ...found, timestamp: ISO },
    ]);
  });

  it("of a beep come beside that of the machine, and their answer takes the place of what is said", async () => {
    const left = talk("Please call back");
    const receiver = await startReceiver(({ body }) =>
      body.sub_state === "beep_start" ? { json: [left] } : undefined,
    );
    const prompt = talk("On and on", { loop: 0 });
    const advanced = { advancedMachineDetection: { behavior: "continue", mode: "default" }, ncco: [prompt] };
    const { ended } = await call(receiver, {}, advanced, "447700900140");
    const machines = receiver.received.filter(({ body }) => body.status === "machine");
    // They follow the answer, and each other, at once, and one may overtake another.
    expect(new Set(machines.map(({ body }) => body.sub_state))).toEqual(new Set([undefined, "beep_start"]));
    expect(receiver.statuses().toSorted()).toEqual([
      "answered",
      "completed",
      "machine",
      "machine",
      "ringing",
      "started",
    ]);
    expect(ended.ncco).toEqual([prompt, left]);
  });

  it("of a machine that does not beep say so, and what is said goes on", async () => {
    const receiver = await startReceiver(sayBye);
    const advancedMachineDetection = { behavior: "continue", mode: "default", beepTimeout: 45 };
    const ncco = [{ action: "wait", timeout: 60 }];
    const { ended } = await call(receiver, {}, { advancedMachineDetection, ncco }, "447700900108");
    const states = receiver.received.flatMap(({ body }) => (body.sub_state ? [body.sub_state] : []));
    expect([states, ended.ncco]).toEqual([["beep_timeout"], ncco]);
  });

  it("come by GET when asked, with nested values as JSON", async () => {
    const receiver = await startReceiver(sayBye);
    const input = { action: "input", type: ["dtmf"], eventUrl: [`${receiver.url}/digits?t=1`], eventMethod: "GET" };
    const { ids, ended } = await call(receiver, {}, { eventMethod: "GET", ncco: [input] });
    expect(receiver.received.map(({ method }) => method)).toEqual(Array(5).fill("GET"));
    expect(receiver.received[0]?.query).toEqual({
      headers: "{}",
      ...ids,
      status: "started",
      direction: "outbound",
      timestamp: ISO,
    });
    expect(receiver.at("/digits")[0]?.query).toEqual({
      t: "1",
      ...ids,
      speech: '{"results":[]}',
      dtmf: '{"digits":"1234","timed_out":false}',
      timestamp: ISO,
    });
    expect(ended.ncco).toEqual([input, BYE]);
  });

  it.each([429, 502, 503, 504])("are tried once more after %i", async (code) => {
    const receiver = await startReceiver(() => ({ code }));
    await call(receiver, {}, {}, "447700900107");
    expect(receiver.statuses()).toEqual(["started", "started", "ringing", "ringing", "rejected", "rejected"]);
  });

  it.each([400, 500])("are not tried again after %i", async (code) => {
    const receiver = await startReceiver(() => ({ code }));
    const { ended } = await call(receiver, {}, {}, "447700900107");
    expect(receiver.statuses()).toEqual(["started", "ringing", "rejected"]);
    expect(ended.webhooks).toEqual([
      { kind: "status", status: "started", response: code },
      { kind: "status", status: "ringing", response: code },
      { kind: "status", status: "rejected", response: code },
    ]);
  });
});

describe("a webhook that is not answered in time", () => {
  it("is given up, and tried once more when it is for an NCCO", async () => {
    const receiver = await startReceiver(() => ({ silent: true }));
    const { ended } = await call(receiver, { webhookTimeoutSeconds: 0.05 }, {});
    expect(ended.webhooks).toHaveLength(6);
    expect(new Set(ended.webhooks.map(({ response }) => response))).toEqual(new Set(["unreachable"]));
    expect(receiver.statuses()).toEqual(["started", "ringing", "answered", "completed"]);
    expect(receiver.at("/digits")).toHaveLength(2);
  });
});

describe("the digits webhook", () => {
  const dtmf = (response: number | string) => ({ kind: "dtmf", response });

  it.each<[string, object, object[]]>([
    ["502", { code: 502 }, [dtmf(502)]],
    ["500", { code: 500 }, [dtmf(500)]],
    ["503 twice", { code: 503 }, [dtmf(503), dtmf(503)]],
    ["HTML", { text: "[]", type: "text/html" }, [dtmf(200)]],
    ["an NCCO that is not valid", { json: [{ action: "sing" }] }, [dtmf(200), { kind: "error", response: 204 }]],
    ["what is not JSON", { text: "hello" }, [dtmf(200), { kind: "error", response: 204 }]],
  ])("ends the call when answered with %s", async (_what, answer, webhooks) => {
    const receiver = await startReceiver(({ path }) => (path === "/digits" ? answer : undefined));
    const { ended, ids } = await call(receiver, {}, {});
    expect(ended).toMatchObject({ status: "completed", ncco: ask(`${receiver.url}/digits`), digits: ["1234"] });
    expect(ended.webhooks.filter(({ kind }) => kind !== "status")).toEqual(webhooks);
    expect(receiver.received.flatMap(({ body }) => (body.reason ? [body] : []))).toEqual(
      webhooks.length === 2 && !("code" in answer)
        ? [
            {
              reason: "Syntax error in NCCO. Invalid value type or action.",
              conversation_uuid: ids.conversation_uuid,
              timestamp: ISO,
            },
          ]
        : [],
    );
  });

  it("is answered by the second try when the first was refused", async () => {
    const codes = [503, 200];
    const receiver = await startReceiver(({ path }) =>
      path === "/digits" ? { code: codes.shift() ?? 500, json: [BYE] } : undefined,
    );
    const { ended } = await call(receiver, {}, {});
    expect(ended.ncco.at(-1)).toEqual(BYE);
  });

  it.each<[string, string, object]>([
    [
      "17",
      "as in captures",
      { speech: { error: "Speech was not enabled" }, dtmf: { digits: "1234", timed_out: true } },
    ],
    ["18", "with null for silence", { speech: { results: [] }, dtmf: { digits: null, timed_out: null } }],
  ])("of %s is %s", async (ending, _what, entered) => {
    const receiver = await startReceiver(sayBye);
    const { ended, ids } = await call(receiver, {}, {}, `4477009001${ending}`);
    expect(receiver.at("/digits").map(({ body }) => body)).toEqual([{ ...ids, ...entered, timestamp: ISO }]);
    expect(ended.uuid).toMatch(ending === "17" ? /^0A[\dA-F]{15}$/ : /^[\da-f-]{36}$/);
  });

  it("drops what came after the input, unless the answer is empty or there is none", async () => {
    const rest = talk("What was to follow");
    for (const [answer, last] of [
      [{ json: [BYE] }, BYE],
      [{ text: "" }, rest],
      [{ code: 503 }, rest],
      [{ code: 500 }, rest],
    ] as const) {
      const receiver = await startReceiver(({ path }) => (path === "/digits" ? answer : undefined));
      const { ended } = await call(receiver, {}, { ncco: [...ask(`${receiver.url}/digits`), rest] });
      expect(ended.ncco.slice(2)).toEqual([last]);
    }
  });

  it.each<[string, object, object]>([
    ["after maxDigits", { maxDigits: 3 }, { digits: "123", timed_out: false }],
    ["after a silence", { maxDigits: 6, timeOut: 2 }, { digits: "1234", timed_out: true }],
    ["on a hash", { maxDigits: 6, submitOnHash: true }, { digits: "1234", timed_out: false }],
    ["before anyone could key", { timeOut: 0 }, { digits: "", timed_out: true }],
  ])("is sent %s", async (_when, settings, entered) => {
    const receiver = await startReceiver(sayBye);
    const input = { action: "input", type: ["dtmf"], dtmf: settings, eventUrl: [`${receiver.url}/digits`] };
    await call(receiver, {}, { ncco: [input] });
    expect(receiver.at("/digits").map(({ body }) => body.dtmf)).toEqual([entered]);
  });
});

describe("the fallback", () => {
  it.each<[string, object, string, number]>([
    ["503 twice", { code: 503 }, "HTTP status 503.", 2],
    ["404", { code: 404 }, "HTTP status 404.", 1],
    ["HTML", { text: "[]", type: "text/html" }, "Wrong content type.", 1],
    ["an NCCO that is not valid", { json: [{ action: "sing" }] }, "Syntax error in NCCO.", 1],
  ])("takes over when the digits webhook is answered with %s", async (_what, answer, reason, tries) => {
    const receiver: Receiver = await startReceiver(({ path }) => {
      if (path === "/fallback") return { json: [BYE] };
      return path === "/digits" ? answer : undefined;
    });
    const fallbackAnswerUrl = `${receiver.url}/fallback`;
    const rest = talk("What was to follow");
    const { ended, ids } = await call(
      receiver,
      { applications: { [APPLICATION]: { fallbackAnswerUrl } } },
      { ncco: [...ask(`${receiver.url}/digits`), rest] },
    );
    expect(receiver.at("/digits")).toHaveLength(tries);
    const original = { url: `${receiver.url}/digits`, type: "event" };
    expect(receiver.at("/fallback").map(({ method, query }) => ({ method, query }))).toEqual([
      { method: "GET", query: { ...ids, reason, original_request: JSON.stringify(original) } },
    ]);
    expect(ended.ncco.slice(2)).toEqual([BYE]);
  });

  it("that fails too leaves the call with what it had", async () => {
    const receiver: Receiver = await startReceiver(({ path }) => (path.startsWith("/e") ? undefined : { code: 503 }));
    const settings = { fallbackAnswerUrl: `${receiver.url}/fallback` };
    const { ended } = await call(receiver, { applications: { [APPLICATION]: settings } }, {});
    expect(receiver.at("/fallback")).toHaveLength(2);
    expect(ended).toMatchObject({ status: "completed", digits: ["1234"], ncco: ask(`${receiver.url}/digits`) });
  });
});

describe("answer_url", () => {
  it("is asked for the NCCO when the call is answered", async () => {
    const receiver = await startReceiver(({ path }) => (path === "/answer" ? { json: [BYE] } : undefined));
    const { ended, ids } = await call(receiver, {}, { ncco: undefined, answerUrl: [`${receiver.url}/answer`] });
    expect(receiver.at("/answer").map(({ method, query }) => ({ method, query }))).toEqual([
      { method: "GET", query: ids },
    ]);
    expect(ended.ncco).toEqual([BYE]);
  });
});

describe("webhook faults", () => {
  const statuses = ["started", "ringing", "answered", "completed"];

  it.each<[string, object, unknown[], number]>([
    ["lose", { lose: 1 }, [], 0],
    ["duplicate", { duplicate: 1 }, statuses.flatMap((status) => [status, status]), 2],
    ["reorder", { reorder: 1 }, statuses, 1],
    ["delay", { delay: 1, delaySecondsMax: 0.001 }, statuses, 1],
  ])("%s", async (_what, webhookFaults, expected, digitsCount) => {
    const receiver = await startReceiver(sayBye);
    const { ended } = await call(receiver, { webhookFaults }, {});
    expect(receiver.statuses()).toEqual(expected);
    expect(receiver.at("/digits")).toHaveLength(digitsCount);
    expect(ended.status).toBe("completed");
  });

  it("affect the same webhooks for the same seed", async () => {
    const entered: unknown[][] = [];
    for (const seed of [7, 7, 8]) {
      const receiver = await startReceiver(sayBye);
      await call(receiver, { seed, webhookFaults: { duplicate: 0.5, reorder: 0.5 } }, {});
      entered.push(receiver.statuses());
    }
    expect(entered[0]).toEqual(entered[1]);
    expect(entered[0]).not.toEqual(entered[2]);
  });
});
