import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import type { Event } from "@promptcall/core/contracts/events";
import type { DeliveryMessage, DialQueueMessage, TimerMessage } from "@promptcall/core/contracts/messages";
import { webhookUrl } from "@promptcall/core/security/webhook-address";
import { apiApp } from "@promptcall/functions/api/app";
import { dialer } from "@promptcall/functions/dialer/dial";
import { setPace } from "@promptcall/functions/dialing/set-pace";
import { dispatcher } from "@promptcall/functions/dispatcher/deliver";
import { reducer } from "@promptcall/functions/reducer/reduce";
import { FakeBulkhead } from "@promptcall/functions/testing/bulkhead";
import { fakeQueue } from "@promptcall/functions/testing/queue";
import { scriptedCarrier, UUID } from "@promptcall/functions/testing/scripted-carrier";
import { timers } from "@promptcall/functions/timers/fire";
import { webhooksApp } from "@promptcall/functions/webhooks/app";
import { batch, rowsOf } from "../../../packages/functions/test/api/batch-given.ts";
import { json, PARAMETERS } from "../../../packages/functions/test/api/given.ts";
import { emptyFixture } from "../../../packages/functions/test/fixture.ts";
import { at, BASE_URL, epoch, jwt, KEYS, PIN, SETTINGS } from "../../../packages/functions/test/given.ts";
import { posted } from "../../../packages/functions/test/webhooks/given.ts";
import { hookOf, type Journey, type StatusUpdate } from "../journeys.ts";
import type { FunctionName } from "../operations.ts";
import { counted } from "./counted.ts";

export const OWNER = "app:app";

export interface Asked {
  readonly function: FunctionName;
  readonly operations: Readonly<Record<string, number>>;
}

/** Calls through the real handlers, on fakes that count what is asked of them; each step by itself. */
export function playedCalls({ outcomes = [] }: { outcomes?: readonly DialOutcome[] } = {}) {
  const calls: string[] = [];
  const fixture = emptyFixture();
  const bulkhead = new FakeBulkhead().portFor(fixture);
  const firsts = fakeQueue<DeliveryMessage>(fixture);
  const left = [...outcomes];
  const carrier = scriptedCarrier();
  const { placeCall } = carrier;
  carrier.placeCall = async (...given) => left.shift() ?? (await placeCall(...given));
  // As it is deployed.
  const bare = { ...fixture, verboseEvents: false, carrier, bulkhead, firsts };
  const ports = counted(bare, calls);
  const steps: Asked[] = [];
  let attempt = 0;

  async function step(name: FunctionName, run: () => unknown): Promise<void> {
    calls.length = 0;
    await run();
    const operations: Record<string, number> = {};
    for (const call of calls) operations[call] = (operations[call] ?? 0) + 1;
    steps.push({ function: name, operations });
  }

  const api = apiApp({ ...ports, pinKey: KEYS.pin, statusKeys: [KEYS.status], parts: {} });
  const hooks = webhooksApp({ ...ports, pinKeys: [KEYS.pin], webhookKeys: [KEYS.webhook] });
  const delivery = { ...ports, keys: [KEYS.callback] as const, settings: SETTINGS.callback };
  const admission = { bulkhead: ports.bulkhead, again: ports.firsts };
  const latest = () => fixture.bus.published.at(-1) as Event;
  const tid = () => fixture.calls.records().specs[0]?.tid ?? fail();
  const ask = (request: RequestInit) => step("api", () => api.request("/call", request));
  const first = (): DeliveryMessage => ({ v: 1, type: "callback", tid: tid(), attempt: 1 });
  const lastTimer = (type: TimerMessage["type"]) =>
    fixture.timers.sent.findLast((sent) => sent.type === type) ?? fail();

  const played = {
    fixture,
    steps,
    bulkhead,
    pace: (callsPerSecond: number) => setPace({ owner: OWNER, callsPerSecond }, fixture),
    accept: (more: object = {}) => ask(json({ ...PARAMETERS, ...more }, AUTHORIZED)),
    acceptBatch: (count: number) => ask(batch(rowsOf(count), {}, AUTHORIZED)),
    /** The message that was sent last. */
    dial: (message: DialQueueMessage = fixture.dial.sent.at(-1) ?? fail()) =>
      step("dialer", () => dialer(ports)(message)),
    /** Many wait in one invocation, each for a moment of its own: a clock that stands still keeps none of them. */
    dialPart: (message: DialQueueMessage) =>
      step("dialer", () => dialer({ ...ports, clock: { ...fixture.clock, waitUntil: async () => {} } })(message)),
    reduce: () => step("reducer", () => reducer(ports)([latest()])),
    /** The last timer of the kind, when it is due. */
    async timer(type: TimerMessage["type"], message = lastTimer(type)) {
      if (message.not_before > fixture.clock.now().toISOString()) fixture.clock.set(message.not_before);
      await step("timers", () => timers(ports)(message));
    },
    deliver: () => step("first", () => dispatcher({ ...delivery, admission })(first())),
    redeliver: () => step("later", () => dispatcher(delivery)(first())),
    async hear({ reports }: StatusUpdate): Promise<void> {
      if (hookOf(reports) === "digits") attempt += 1;
      await step("webhooks", () => hooks.request(...hookFor({ tid: tid(), reports, attempt })));
      if (hookOf(reports) !== "unheard") await played.reduce();
    },
  };
  return played;
}

/** A call that is dialed at once, to the deadline that finds all well. */
export async function playedJourney(journey: Journey): Promise<readonly Asked[]> {
  const call = playedCalls();
  await call.accept();
  await call.dial();
  await hearAll(call, journey);
  await call.deliver();
  await call.timer("step_deadlines");
  return call.steps;
}

/** All that the carrier tells of a call, and what is left to the timer. */
export async function hearAll(call: ReturnType<typeof playedCalls>, { updates: news }: Journey): Promise<void> {
  for (const item of news) {
    call.fixture.clock.set(at(call.steps.length));
    await call.hear(item);
  }
  if (call.fixture.timers.sent.some(({ type }) => type === "settle")) await call.timer("settle");
}

const AUTHORIZED = { authorization: `Bearer ${jwt({ application_id: "app", exp: epoch(7_200) })}` };

function hookFor({
  tid,
  reports,
  attempt,
}: Pick<StatusUpdate, "reports"> & { tid: string; attempt: number }): [string, RequestInit] {
  const purpose = hookOf(reports) === "digits" ? ({ kind: "digits", attempt } as const) : ({ kind: "status" } as const);
  const url = webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid, purpose });
  if (purpose.kind === "status") return [url, posted({ status: reports, uuid: UUID })];
  return [url, posted({ dtmf: { digits: reports === "right PIN" ? PIN : "0000", timed_out: false } })];
}

function fail(): never {
  throw new Error("there is no such message");
}
