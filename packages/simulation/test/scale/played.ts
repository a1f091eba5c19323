import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { Event } from "@promptcall/core/events";
import { type CallbackMessage, DialQueueMessageSchema } from "@promptcall/core/messages";
import { webhookUrl } from "@promptcall/core/webhook-address";
import { apiApp } from "@promptcall/functions/api/app";
import { consumer } from "@promptcall/functions/consumer";
import { dialer } from "@promptcall/functions/dialer/dial";
import { dispatcher } from "@promptcall/functions/dispatcher/deliver";
import type { CallbackSender } from "@promptcall/functions/ports";
import { reducer } from "@promptcall/functions/reducer/reduce";
import { timers } from "@promptcall/functions/timers/fire";
import { webhooksApp } from "@promptcall/functions/webhooks/app";
import { batch, rowsOf } from "../../../functions/test/api/batch-given.ts";
import { json, PARAMETERS } from "../../../functions/test/api/given.ts";
import { at, BASE_URL, epoch, jwt, KEYS, PIN, SETTINGS } from "../../../functions/test/given.ts";
import { batch as received } from "../../../functions/test/sqs.ts";
import { posted } from "../../../functions/test/webhooks/given.ts";
import { emptyWorld } from "../../../functions/test/world.ts";
import { hookOf, type Journey, type News } from "../../src/scale/journeys.ts";
import type { FunctionName } from "../../src/scale/operations.ts";
import { queueTwin } from "../../src/twins/queue.ts";
import { ReceiverPlaces } from "../../src/twins/receivers.ts";
import { scriptedCarrier, UUID } from "../../src/twins/scripted-carrier.ts";
import { counted } from "./counted.ts";

export interface Asked {
  readonly function: FunctionName;
  readonly operations: Readonly<Record<string, number>>;
}

/** One call through the real handlers, on twins that count what is asked of them; each step by itself. */
export function playedCall({ outcome }: { outcome?: DialOutcome } = {}) {
  const calls: string[] = [];
  const world = emptyWorld();
  const places = new ReceiverPlaces().portFor(world);
  const firsts = queueTwin<CallbackMessage>(world);
  // As it is deployed.
  const bare = {
    ...world,
    verboseEvents: false,
    carrier: scriptedCarrier(outcome && { outcome }),
    receivers: places,
    firsts,
  };
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

  const api = apiApp({
    ...ports,
    pinKey: KEYS.pin,
    statusKeys: [KEYS.status],
    parts: {},
  });
  const hooks = webhooksApp({ ...ports, pinKeys: [KEYS.pin], webhookKeys: [KEYS.webhook] });
  const delivery = { ...ports, keys: [KEYS.callback] as const, settings: SETTINGS.callback };
  const admission = { receivers: ports.receivers, again: ports.firsts };
  const latest = () => world.bus.published.at(-1) as Event;
  const tid = () => world.calls.records().specs[0]?.tid ?? fail();
  const dialed = () => world.dial.sent.at(-1) ?? fail();
  const handle = dialer(ports);
  const dials = consumer({
    ...ports,
    schema: DialQueueMessageSchema,
    handle,
    again: { queue: ports.dial, hops: ports.hops },
  });
  const ask = (request: RequestInit) => step("api", () => api.request("/call", request));
  const first = (): CallbackMessage => ({ v: 1, type: "callback", tid: tid(), attempt: 1 });

  const played = {
    world,
    steps,
    places,
    firsts,
    accept: () => ask(json(PARAMETERS, AUTHORIZED)),
    acceptMany: (count: number) => ask(batch(rowsOf(count), {}, AUTHORIZED)),
    dial: () => step("dialer", () => handle(dialed())),
    /** Before its time has come. */
    dialEarly: () => step("dialer", () => dials(received(dialed()))),
    reduce: () => step("reducer", () => reducer(ports)([latest()])),
    /** The timer that was set last, or the one before it. */
    timer: (index = -1) => step("timers", () => timers(ports)(world.timers.sent.at(index) ?? fail())),
    deliver: (sender: CallbackSender = world.sender) =>
      step("first", () => dispatcher({ ...delivery, ...counted({ sender }, calls), admission })(first())),
    redeliver: () => step("later", () => dispatcher(delivery)(first())),
    async hear({ tells }: News): Promise<void> {
      if (hookOf(tells) === "digits") attempt += 1;
      await step("webhooks", () => hooks.request(...hookFor({ tid: tid(), tells, attempt })));
      if (hookOf(tells) !== "unheard") await played.reduce();
    },
  };
  return played;
}

/** A whole journey, to the deadline that finds all well. */
export async function playedJourney({ news }: Journey): Promise<readonly Asked[]> {
  const call = playedCall();
  await call.accept();
  await call.dial();
  for (const item of news) {
    call.world.clock.set(at(call.steps.length));
    await call.hear(item);
  }
  if (call.world.timers.sent.length > 1) {
    call.world.clock.set(at(300));
    await call.timer();
  }
  await call.deliver();
  call.world.clock.set(at(400));
  await call.timer(0);
  return call.steps;
}

const AUTHORIZED = { authorization: `Bearer ${jwt({ application_id: "app", exp: epoch(7_200) })}` };

function hookFor({
  tid,
  tells,
  attempt,
}: Pick<News, "tells"> & { tid: string; attempt: number }): [string, RequestInit] {
  const purpose = hookOf(tells) === "digits" ? ({ kind: "digits", attempt } as const) : ({ kind: "status" } as const);
  const url = webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid, purpose });
  if (purpose.kind === "status") return [url, posted({ status: tells, uuid: UUID })];
  return [url, posted({ dtmf: { digits: tells === "right PIN" ? PIN : "0000", timed_out: false } })];
}

function fail(): never {
  throw new Error("there is no such message");
}
