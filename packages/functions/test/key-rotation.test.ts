import type { Ncco } from "@promptcall/core/call/script";
import { type CallbackRequest, callbackRequest, callbackSecret } from "@promptcall/core/callbacks/callback-request";
import { resultContent } from "@promptcall/core/callbacks/result";
import { ReportEventSchema } from "@promptcall/core/contracts/report-events";
import type { Keys } from "@promptcall/core/security/keys";
import { describe, expect, it } from "vitest";
import { apiApp } from "../src/api/app.ts";
import { dialDeadLetters } from "../src/dead-letters/dial.ts";
import { timerDeadLetters } from "../src/dead-letters/timers.ts";
import { dialer } from "../src/dialer/dial.ts";
import { dispatcher } from "../src/dispatcher/deliver.ts";
import { SealError } from "../src/errors.ts";
import { reducer } from "../src/reducer/reduce.ts";
import { seal } from "../src/security/seal.ts";
import { timers } from "../src/timers/fire.ts";
import { webhooksApp } from "../src/webhooks/app.ts";
import { idOf } from "../testing/random.ts";
import { requests } from "../testing/requests.ts";
import { scriptedCarrier, UUID } from "../testing/scripted-carrier.ts";
import { scriptedSender } from "../testing/scripted-sender.ts";
import { json, PARAMETERS } from "./api/given.ts";
import { emptyFixture } from "./fixture.ts";
import { at, BASE_URL, KEYS, PIN, SETTINGS } from "./given.ts";
import { posted } from "./webhooks/given.ts";

/** Where a call meets keys, in this order: each time in a function that was deployed anew, or not yet. */
const STAGES = ["accept", "dial", "wrong PIN", "right PIN", "report", "deadline", "callback", "retry"] as const;
type Stage = (typeof STAGES)[number];

type Purpose = keyof typeof KEYS;
type Deployment = Readonly<Record<Purpose, Keys>>;

const deployed = (keysFor: (purpose: Purpose) => Keys): Deployment => ({
  seal: keysFor("seal"),
  pin: keysFor("pin"),
  webhook: keysFor("webhook"),
  callback: keysFor("callback"),
  status: keysFor("status"),
  receiver: keysFor("receiver"),
  digits: keysFor("digits"),
});
const older = (purpose: Purpose) => KEYS[purpose];
const newer = (purpose: Purpose) => KEYS[purpose].map((byte) => byte + 100);

const OLD = deployed((purpose) => [older(purpose)]);
const APPENDED = deployed((purpose) => [older(purpose), newer(purpose)]);
const PUT_FIRST = deployed((purpose) => [newer(purpose), older(purpose)]);
const NEW = deployed((purpose) => [newer(purpose)]);

const TID = idOf(1);
const WITH_PASSWORD = PARAMETERS.callback.replace("https://", "https://user:password@");
const ATTEMPTED_AT = at(400);

/**
 * One call through every function: a wrong PIN, then the right one; an end that is not reported, so that the carrier is
 * asked at the deadline; and a customer who takes the result at the second attempt.
 */
async function callThrough(keysAt: (stage: Stage) => Deployment) {
  const fixture = {
    ...emptyFixture(),
    carrier: scriptedCarrier({ known: [{ uuid: UUID, status: "completed", durationSeconds: 9 }] }),
    sender: scriptedSender({ httpStatus: 404, durationMs: 1 }, { httpStatus: 200, durationMs: 1 }),
  };
  const sealAt = (stage: Stage) => seal(keysAt(stage).seal);

  const api = requests(
    apiApp({
      ...fixture,
      seal: sealAt("accept"),
      pinKeys: keysAt("accept").pin,
      statusKeys: keysAt("accept").status,
      receiverSeal: seal(keysAt("accept").receiver),
      digitsSeal: seal(keysAt("accept").digits),
      verboseEvents: true,
      parts: {},
      apiKeys: [],
    }),
  );
  expect((await api.request("/call", json({ ...PARAMETERS, callback: WITH_PASSWORD }))).status).toBe(202);

  const [key] = keysAt("dial").webhook;
  const dial = dialer({ ...fixture, seal: sealAt("dial"), webhooks: { baseUrl: BASE_URL, key } });
  for (const message of fixture.dial.sent) await dial(message).catch(burying(() => dialDeadLetters(fixture)(message)));

  async function post(stage: Stage, { url, body }: { url: string; body: unknown }): Promise<Ncco> {
    const app = requests(
      webhooksApp({
        ...fixture,
        pinKeys: keysAt(stage).pin,
        digitsSeal: seal(keysAt(stage).digits),
        webhookKeys: keysAt(stage).webhook,
        signatureSecrets: new Map(),
      }),
    );
    const response = await app.request(url, posted(body));
    // Where there is no script the carrier hangs up.
    return response.status === 200 ? ((await response.json()) as Ncco) : [];
  }
  for (const { call } of fixture.carrier.placed) {
    let script = call.ncco;
    for (const [stage, digits] of [["wrong PIN", "0000"] as const, ["right PIN", PIN] as const])
      for (const url of digitsUrls(script)) script = await post(stage, { url, body: { dtmf: { digits } } });
    await post("report", { url: call.eventUrl, body: { status: "answered", uuid: UUID } });
  }
  const reports = fixture.bus.published.flatMap((event) => ReportEventSchema.safeParse(event).data ?? []);
  for (const report of reports) await reducer(fixture)([report]);

  fixture.clock.set(ATTEMPTED_AT);
  const fire = timers({ ...fixture, seal: sealAt("deadline") });
  for (const message of fixture.timers.sent)
    await fire(message).catch(burying(() => timerDeadLetters(fixture)(message)));

  const dispatch = (stage: Stage) =>
    dispatcher({
      ...fixture,
      keys: keysAt(stage).callback,
      receiverSeal: seal(keysAt(stage).receiver),
      settings: SETTINGS.callback,
    });
  for (const { type } of [...fixture.bus.published])
    if (type === "call.completed") await dispatch("callback")({ v: 1, type: "callback", tid: TID, attempt: 1 });
  for (const message of fixture.callbacks.sent) await dispatch("retry")(message);

  for (const { headers } of fixture.sender.requests) expect(headers.authorization).toBe("Basic dXNlcjpwYXNzd29yZA==");
  return {
    dials: fixture.carrier.placed.length,
    judged: fixture.bus.published.flatMap((event) => (event.type === "call.digits" ? event.data.matched : [])),
    received: fixture.sender.requests.map((request) => ({ result: request.body, genuineFor: believers(request) })),
    delivery: (await fixture.deliveries.read(TID)).state,
  };
}

/** What the queue does with a message that no attempt can open. */
const burying = (consume: () => Promise<unknown>) => async (error: unknown) => {
  if (!(error instanceof SealError)) throw error;
  await consume();
};

const digitsUrls = (script: Ncco) => script.flatMap((action) => (action.action === "input" ? action.eventUrl : []));

/** Which of two customers takes the request for genuine: one that has the old secret, one that has the new. */
function believers({ headers, body = "" }: CallbackRequest): string[] {
  const { status, reason } = Object.fromEntries(new URLSearchParams(body));
  const outcome = reason === undefined ? { status } : { status, reason };
  const result = { tid: TID, to: PARAMETERS.to, outcome } as Parameters<typeof resultContent>[0];
  const callback = { url: PARAMETERS.callback, method: "POST" } as const;
  return Object.entries({ old: older, new: newer }).flatMap(([name, keyOf]) => {
    const secret = callbackSecret({ key: keyOf("callback"), applicationId: "app" });
    const own = callbackRequest({
      callback,
      content: resultContent(result),
      secrets: [secret],
      now: new Date(ATTEMPTED_AT),
    });
    const signatures = headers["webhook-signature"]?.split(" ") ?? [];
    return signatures.includes(own.headers["webhook-signature"] ?? "") ? [name] : [];
  });
}

const resultOf = (outcome: Record<string, string>) =>
  new URLSearchParams({ tid: TID, to: PARAMETERS.to, ...outcome }).toString();

/** Who believes a result that was sent with these keys. */
const believed = ({ callback: keys }: Deployment) =>
  Object.entries({ old: older, new: newer }).flatMap(([name, keyOf]) =>
    keys.some((key) => Buffer.compare(key, keyOf("callback")) === 0) ? [name] : [],
  );

/** Apart from who believes it. */
const RIGHT = { dials: 1, judged: [false, true], delivery: "delivered" };

/** Every way in which some functions are deployed anew while others are not. */
const mixes = STAGES.reduce<Stage[][]>((some, stage) => some.flatMap((anew) => [anew, [...anew, stage]]), [[]]);

describe.each([
  ["a new key is appended", OLD, APPENDED],
  ["it is put first", APPENDED, PUT_FIRST],
  ["the old one is dropped, of which nothing is left", PUT_FIRST, NEW],
])("while %s", (_, before, after) => {
  it("a call ends in its right result, whichever of its functions are deployed anew when it meets them", async () => {
    const ended = mixes.map(async (anew) => {
      const keysAt = (stage: Stage) => (anew.includes(stage) ? after : before);
      const result = resultOf({ status: "ok" });
      const received = (["callback", "retry"] as const).map((stage) => ({
        result,
        genuineFor: believed(keysAt(stage)),
      }));
      return { anew, call: await callThrough(keysAt), right: { ...RIGHT, received } };
    });
    for (const { anew, call, right } of await Promise.all(ended)) expect({ anew, ...call }).toEqual({ anew, ...right });
    expect(ended).toHaveLength(256);
  });
});

describe("a key that is replaced while a call was made with it", () => {
  const refused = { status: "error", reason: "dial_refused" };
  const hungUp = { status: "error", reason: "hung_up" };
  const ok = { status: "ok" };

  it.each<{
    purpose: Purpose;
    from: Stage;
    outcome: Record<string, string>;
    dials?: number;
    judged?: boolean[];
    customer?: string;
  }>([
    { purpose: "seal", from: "dial", outcome: refused, dials: 0, judged: [] },
    { purpose: "seal", from: "deadline", outcome: ok },
    { purpose: "pin", from: "wrong PIN", outcome: hungUp, judged: [] },
    { purpose: "pin", from: "right PIN", outcome: hungUp, judged: [false] },
    { purpose: "webhook", from: "wrong PIN", outcome: hungUp, judged: [] },
    { purpose: "webhook", from: "right PIN", outcome: hungUp, judged: [false] },
    { purpose: "callback", from: "callback", outcome: ok, customer: "new" },
  ])("costs no result: $purpose, from $from on", async ({ purpose, from, outcome, customer = "old", ...changes }) => {
    const isReplaced = (stage: Stage) => STAGES.indexOf(stage) >= STAGES.indexOf(from);
    const keysAt = (stage: Stage) => ({ ...OLD, ...(isReplaced(stage) && { [purpose]: NEW[purpose] }) });
    const attempt = { result: resultOf(outcome), genuineFor: [customer] };
    expect(await callThrough(keysAt)).toEqual({ ...RIGHT, ...changes, received: [attempt, attempt] });
  });
});
