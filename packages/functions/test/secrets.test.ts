import type { Input, Talk } from "@promptcall/core/call/script";
import type { Event } from "@promptcall/core/contracts/events";
import { DialQueueMessageSchema, TimerMessageSchema } from "@promptcall/core/contracts/messages";
import { DeliveredReportSchema } from "@promptcall/core/contracts/report-events";
import { webhookUrl } from "@promptcall/core/security/webhook-address";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { apiApp } from "../src/api/app.ts";
import { DeadDialSchema, dialDeadLetters } from "../src/dead-letters/dial.ts";
import { dialer } from "../src/dialer/dial.ts";
import { DeliverySchema, dispatcher } from "../src/dispatcher/deliver.ts";
import { reducer } from "../src/reducer/reduce.ts";
import { seal } from "../src/security/seal.ts";
import { consumer, foldingConsumer } from "../src/sqs/consumer.ts";
import { whenDue } from "../src/sqs/when-due.ts";
import { telemetry } from "../src/telemetry/telemetry.ts";
import { timers } from "../src/timers/fire.ts";
import { webhooksApp } from "../src/webhooks/app.ts";
import { requests } from "../testing/requests.ts";
import { UUID } from "../testing/scripted-carrier.ts";
import { scriptedSender } from "../testing/scripted-sender.ts";
import { form, json, rsaKey } from "./api/given.ts";
import { emptyFixture } from "./fixture.ts";
import { at, BASE_URL, epoch, jwt, KEYS, SETTINGS } from "./given.ts";
import { server } from "./http-server.ts";
import { spellings } from "./spellings.ts";
import { batch } from "./sqs.ts";

/** By name, so that a failing test does not show it. */
type Secret = readonly [name: string, value: string];

/** Values that are found nowhere else, so that one of them found is a leak. */
const PIN = "73195028461947";
const WRONG = "60284917350617";
const TO = "+447700900817";
const FROM = "447700900728";
const TEXTS = { text: "canary-prompt", bye_text: "canary-bye", failed_text: "canary-failed" };
const { privateKey } = rsaKey(2048);
const TOKEN = jwt({ application_id: "app", canary: "canary-credential", exp: epoch(3600) });

const PASSWORD = "canary-password-58203";
const CALLBACK_SECRET = `whsec_${Buffer.from("canary-callback-secret-0123456789").toString("base64")}`;
const REQUEST = {
  to: TO,
  from: FROM,
  ...TEXTS,
  pin_code: PIN,
  callback: `https://canary-user:${PASSWORD}@customer.example/result`,
  callback_secret: CALLBACK_SECRET,
};

const onlyForTheRequest: readonly Secret[] = [
  ["PIN", PIN],
  ["wrong PIN", WRONG],
  ["password of the callback", PASSWORD],
  ["Basic authorization of the callback", Buffer.from(`canary-user:${PASSWORD}`).toString("base64")],
  ["secret of the callback", CALLBACK_SECRET],
  ["key of that secret", "canary-callback-secret-0123456789"],
  ["JWT", TOKEN.split(".").slice(1).join(".")],
  ...privateKey
    .split("\n")
    .slice(1, -2)
    .map((line, index) => [`line ${index + 1} of the private key`, line] as const),
];
const onlyForTheSpec: readonly Secret[] = [["number", TO.slice(1)], ["caller ID", FROM], ...Object.entries(TEXTS)];

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const level of ["info", "error", "warn", "debug", "log"] as const)
    vi.spyOn(console, level).mockImplementation((...logged) => void lines.push(JSON.stringify(logged)));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((line) => lines.push(String(line)) > 0);
});

const REFUSED = [
  { failure: "ECONNREFUSED", durationMs: 1 },
  { httpStatus: 410, durationMs: 1 },
] as const;

async function system({ sender = scriptedSender(...REFUSED) } = {}) {
  const collector = await server((response) => void response.end());
  const fixture = emptyFixture();
  const { log, instrument: watched } = telemetry({
    service: "dialer",
    stage: "test",
    clock: fixture.clock,
    endpoint: collector.url,
  });
  const sealing = seal([KEYS.seal]);
  const credentials: string[] = [];
  const ports = {
    ...fixture,
    log,
    seal: {
      ...sealing,
      seal: (credential: string, tid: string) => {
        credentials.push(credential);
        return sealing.seal(credential, tid);
      },
    },
    sender,
    statusKeys: [KEYS.status] as const,
    pinKeys: [KEYS.pin] as const,
    webhookKeys: [KEYS.webhook] as const,
    verboseEvents: true,
    parts: {},
    apiKeys: [],
    signatureSecrets: new Map(),
  };
  const api = requests(apiApp(ports));
  const webhooks = requests(webhooksApp(ports));
  const dial = consumer({
    schema: DialQueueMessageSchema,
    handle: whenDue(dialer(ports), { ...ports, queue: ports.dial }),
    ...ports,
  });
  const of = ({ metadata }: Event) => metadata.tid;
  const reduce = foldingConsumer({ schema: DeliveredReportSchema, of, fold: reducer(ports), ...ports });
  const fire = consumer({
    schema: TimerMessageSchema,
    handle: whenDue(timers(ports), { ...ports, queue: ports.timers }),
    ...ports,
  });
  const consumeDead = consumer({ schema: DeadDialSchema, handle: dialDeadLetters(ports), ...ports });
  const dispatch = consumer({
    schema: DeliverySchema,
    handle: dispatcher({ ...ports, keys: [KEYS.callback], settings: SETTINGS.callback }),
    ...ports,
  });
  /** Everything that was counted and traced, as it leaves the process at the end of an invocation. */
  const flush = async () => {
    await watched(async () => {})();
    return collector.received;
  };
  return { ports, credentials, flush, api, webhooks, dial, reduce, fire, consumeDead, dispatch };
}

type System = Awaited<ReturnType<typeof system>>;

const envelope = ({ type, metadata, data }: Event) => ({
  source: "promptcall",
  "detail-type": type,
  detail: { metadata, data },
});

/** One call through every function, with a wrong PIN, the right one, and all the timers. */
async function wholeCall({ ports, api, webhooks, dial, reduce, fire, dispatch }: System, request: RequestInit) {
  const accepted = await api.request("/call", request);
  expect(accepted.status).toBe(202);
  const { status_url: statusUrl } = (await accepted.json()) as { status_url: string };
  const [{ pinHash, text } = {}] = ports.calls.records().specs;
  expect(text).toBe(TEXTS.text);
  await dial(batch(...ports.dial.sent));
  const [placed] = ports.carrier.placed;
  const listen = placed?.call.ncco[1] as Input;

  const enter = async (url: string, digits: string) => {
    const response = await webhooks.request(url, {
      method: "POST",
      body: JSON.stringify({ to: TO, dtmf: { digits } }),
    });
    return (await response.json()) as [Talk, Input];
  };
  const [, again] = await enter(listen.eventUrl[0], WRONG);
  await enter(again.eventUrl[0], PIN);
  for (const status of ["ringing", "answered", "completed"])
    await webhooks.request(placed?.call.eventUrl ?? "", {
      method: "POST",
      body: JSON.stringify({ status, uuid: UUID, to: TO.slice(1), from: FROM }),
    });
  await reduce(batch(...ports.bus.published.map(envelope)));
  ports.clock.set(at(3000));
  await dispatch(batch(...ports.bus.published.filter(({ type }) => type === "call.completed").map(envelope)));
  await dispatch(batch(...ports.callbacks.sent));
  await fire(batch(...ports.timers.sent));
  return { hashed: String(pinHash), statusUrl };
}

/**
 * Every route that takes a status token or a private key, and each of them where it does not belong. What is answered; not
 * the address that was asked for, which is its sender's own.
 */
async function everyRequest({ api }: System, statusUrl: string): Promise<readonly string[]> {
  const { pathname, searchParams } = new URL(statusUrl);
  const token = String(searchParams.get("token"));
  const with_ = (path: string, query = `token=${token}`) => `${path}?${query}`;
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const own = { app_id: "app", private_key: privateKey };
  const broken = privateKey.replace("PRIVATE KEY-----\n", "PRIVATE KEY-----\nx");
  const put = (body: unknown, headers = {}) => ({ ...json(body, headers), method: "PUT" });
  const requests: readonly (readonly [string, RequestInit])[] = [
    ...["", "/replay", "/results"].flatMap((rest) =>
      ["GET", "POST", "DELETE"].map((method) => [with_(`${pathname}${rest}`), { method }] as const),
    ),
    [with_(pathname, `token=${token}x`), {}],
    [with_("/batch/00000000-0000-4000-8000-000000000000", `token=${token}`), {}],
    [with_("/calls", `token=${token}&cursor=${token}&state=${token}`), { headers: bearer }],
    ["/calls", { headers: { authorization: `Bearer ${token}` } }],
    ["/call", json({ ...REQUEST, token, reference: token }, bearer)],
    ["/call", json({ ...REQUEST, ...own, app_id: privateKey }, { "idempotency-key": token })],
    ["/call", json({ ...REQUEST, app_id: "app", private_key: broken }, {})],
    ["/call", json({ ...REQUEST, ...own, private_kye: privateKey, to: privateKey, reference: privateKey }, {})],
    ["/call", json({ calls: [{ ...REQUEST, ...own }] }, bearer)],
    ["/call", json(JSON.stringify({ ...REQUEST, ...own }).slice(0, -1), {})],
    ["/call", form({ ...REQUEST, ...own, max_price: privateKey }, {})],
    [with_("/call", `private_key=${encodeURIComponent(privateKey)}`), json(REQUEST, bearer)],
    ["/call", json(REQUEST, { authorization: `Bearer ${privateKey.replaceAll("\n", "")}` })],
    ["/application", put(own)],
    ["/application", put({ public_keys: [privateKey] }, bearer)],
    ["/application", put({ ...own, callback_hosts: [privateKey], do_not_call: [privateKey], account: privateKey })],
    ["/calls/replay", json({ ...own, receiver: token }, {})],
    ["/calls/replay", form({ ...own, state: privateKey, since: token }, {})],
  ];
  const answers: string[] = [];
  for (const [path, init] of requests) {
    const answer = await api.request(path, init);
    answers.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`);
  }
  return answers;
}

/** Everything that can go wrong, with secrets in what comes in and in what is thrown. */
async function everyFailure(run: System, statusUrl: string): Promise<readonly string[]> {
  const { ports, api, webhooks, dial, reduce, fire, consumeDead, dispatch } = run;
  const quoting = new Error(`${PIN} ${TOKEN} ${privateKey} ${TO}`, { cause: new Error(PIN) });
  const { tid = "" } = ports.calls.records().specs[0] ?? {};
  vi.spyOn(ports.bus, "publish").mockRejectedValue(quoting);
  vi.spyOn(ports.dial, "send").mockRejectedValue(quoting);
  vi.spyOn(ports.calls, "state").mockRejectedValue(quoting);
  vi.spyOn(ports.deliveries, "read").mockRejectedValue(quoting);
  await api.request("/call", json({ ...REQUEST, pin_code: `${PIN}x`, to: `${TO}x` }));
  await api.request("/call", json(REQUEST, { authorization: `Bearer ${TOKEN}` }));
  await api.request("/call", json(`{"pin_code":"${PIN}"`, { authorization: `Bearer ${TOKEN}.` }));
  const digits = ports.carrier.placed[0]?.call.ncco[1] as Input;
  for (const url of [digits.eventUrl[0], `https://hooks.example/calls/${tid}/digits/1/${PIN}`])
    await webhooks.request(url, { method: "POST", body: JSON.stringify({ dtmf: PIN }) });
  await webhooks.request(digits.eventUrl[0], { method: "POST", body: `{"dtmf":"${PIN}` });
  const poison = [`${PIN}${TOKEN}`, { tid, [PIN]: TOKEN, type: PIN }, ...ports.dial.sent, ...ports.timers.sent];
  for (const consume of [dial, reduce, fire, consumeDead, dispatch]) await consume(batch(...poison));
  return await everyRequest(run, statusUrl);
}

describe.each([
  ["a JWT", () => json(REQUEST, { authorization: `Bearer ${TOKEN}` })],
  ["a private key", () => form({ ...REQUEST, app_id: "app", private_key: privateKey }, {})],
] as const)("of a call placed with %s", (_, request) => {
  it("no secret is in a log line, a metric, a span, an event, a message or a record, and no number or text beside its spec", async () => {
    const run = await system();
    const { ports, credentials } = run;
    const { hashed, statusUrl } = await wholeCall(run, request());
    const places = () => ({
      events: ports.bus.published,
      messages: [ports.dial.sent, ports.timers.sent, ports.callbacks.sent, ports.parked.sent],
      states: ports.calls.records().states,
      deliveries: ports.deliveries.records(),
    });
    const specs = ports.calls.records().specs;
    // The call did go all the way; else there would be little to find.
    expect(ports.bus.published.map(({ type }) => type)).toEqual([
      "call.accepted",
      "call.dialed",
      "call.digits",
      "call.digits",
      "call.status",
      "call.status",
      "call.status",
      "call.completed",
      "callback.parked",
    ]);
    expect(specs).toMatchObject([{ to: TO, from: FROM }]);
    const answers = [...(await everyRequest(run, statusUrl)), ...(await everyFailure(run, statusUrl))];
    // Some were taken, and all kinds of mistakes were refused.
    for (const status of [200, 400, 401, 404, 503])
      expect(answers.filter((answer) => answer.startsWith(String(status)))).not.toEqual([]);
    const kept = places();
    const spans = await run.flush();
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => line.includes("CloudWatchMetrics"))).toHaveLength(1);
    expect(spans).toHaveLength(1);

    const minted = credentials.map((credential) => ["credential", credential.split(".").slice(1).join(".")] as const);
    const token = ["status token", String(new URL(statusUrl).searchParams.get("token"))] as const;
    const secrets = [...onlyForTheRequest, ...minted, token];
    const records = { proofs: ports.proofRecords(), applications: await ports.applications.read("app") };
    expect(leaks(secrets, { ...kept, specs, lines, spans, records, answers })).toEqual([]);
    expect(leaks(onlyForTheSpec, { ...kept, lines, spans })).toEqual([]);
    // Of no use when the call is completed, and gone.
    expect(leaks([...Object.entries(TEXTS), ["hash of the PIN", hashed]], { specs, ...kept, lines, spans })).toEqual(
      [],
    );
  });
});

describe("of digits that a call captures", () => {
  const DIGITS = "58203917460";
  const { pin_code: _pin, ...asked } = REQUEST;

  it("none is in a log line, a metric, a span, an event, a message, a record, an answer or an error but sealed, and nothing once it is delivered", async () => {
    const run = await system({ sender: scriptedSender(...REFUSED, { httpStatus: 200, durationMs: 1 }) });
    const { ports, api, webhooks, dial, reduce, dispatch, fire, consumeDead } = run;
    const sealing = vi.spyOn(ports.digitsSeal, "seal");
    const fields = { ...asked, ask: "capture", max_digits: 20, submit_on_hash: true, max_attempts: 2 };
    const accepted = await api.request("/call", json(fields, { authorization: `Bearer ${TOKEN}` }));
    const { tid, status_url } = (await accepted.json()) as { tid: string; status_url: string };
    await dial(batch(...ports.dial.sent));
    const [placed] = ports.carrier.placed;
    const listen = placed?.call.ncco[1] as Input;
    const first = listen.eventUrl[0];
    const enter = async (url: string, body: unknown) =>
      await webhooks.request(url, { method: "POST", body: JSON.stringify(body) });
    // Too much for one attempt, what is no form, and an address that is nobody's.
    await enter(first, { dtmf: { digits: `${DIGITS}*` } });
    await enter(first, { dtmf: [DIGITS] });
    await enter(`${first}x`, { dtmf: DIGITS });
    const again = webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid, purpose: { kind: "digits", attempt: 2 } });
    vi.spyOn(ports.bus, "publish").mockRejectedValueOnce(new Error(`${DIGITS} was refused`));
    expect((await enter(again, { dtmf: { digits: `${DIGITS}#` } })).status).toBe(503);
    expect((await enter(again, { dtmf: { digits: `${DIGITS}#` } })).status).toBe(200);
    await enter(placed?.call.eventUrl ?? "", { status: "completed", uuid: UUID });
    await reduce(batch(...ports.bus.published.map(envelope)));
    const [, sealed = ""] = await Promise.all(sealing.mock.results.map(({ value }) => value as Promise<string>));
    const places = () => ({
      events: ports.bus.published,
      messages: [ports.dial.sent, ports.timers.sent, ports.callbacks.sent, ports.parked.sent],
      records: [ports.calls.records(), ports.parkedDigits.records(), ports.deliveries.records()],
    });
    expect(JSON.stringify(places().records)).toContain(sealed);
    ports.clock.set(at(3000));
    const completed = ports.bus.published.filter(({ type }) => type === "call.completed").map(envelope);
    // Refused, then parked.
    await dispatch(batch(...completed));
    await dispatch(batch(...ports.callbacks.sent));
    expect(ports.parked.sent).toHaveLength(1);
    expect(JSON.stringify(places().records)).toContain(sealed);
    const token = new URL(status_url).searchParams.get("token");
    const looked = [`/call/${tid}?token=${token}`, "/calls", "/calls?status=ok"];
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answers = await Promise.all(
      looked.map(async (path) => await (await api.request(path, path.includes("token") ? {} : { headers })).text()),
    );
    expect(answers[0]).toContain('"status":"ok"');
    expect(await (await api.request(`/call/${tid}`, { headers })).text()).toContain(`"digits":"${DIGITS}"`);
    for (const consume of [reduce, fire, consumeDead, dispatch])
      await consume(batch(DIGITS, { tid, [DIGITS]: DIGITS }));
    const spans = await run.flush();
    expect(lines.length).toBeGreaterThan(10);
    expect(leaks([["captured digits", DIGITS]], { ...places(), lines, spans, answers })).toEqual([]);

    // The customer's server is back, and takes the parked result.
    await dispatch(batch({ v: 1, type: "callback", tid, attempt: 9 }));
    await fire(batch(...ports.timers.sent));
    const secrets: readonly Secret[] = [
      ["captured digits", DIGITS],
      ["captured digits, sealed", sealed],
    ];
    expect(ports.sender.requests.at(-1)?.body).toContain(`digits=${DIGITS}`);
    expect(leaks(secrets, { records: places().records, lines })).toEqual([]);
  });
});

/** Which secret was found where. */
function leaks(secrets: readonly Secret[], places: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(places).flatMap(([place, content]) => {
    const text = JSON.stringify(content);
    return secrets
      .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
      .map(([name]) => `${name} in ${place}`);
  });
}
