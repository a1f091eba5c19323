import type { Call } from "@promptcall/core/call";
import type {
  DeliveryMessage,
  DialQueueMessage,
  ParkedBatchMessage,
  ParkedMessage,
  TimerMessage,
} from "@promptcall/core/messages";
import type { CallSpec } from "@promptcall/core/records/spec";
import { fakeBus } from "@promptcall/simulation/fakes/bus";
import { FakeCarrierRate } from "@promptcall/simulation/fakes/carrier-rate";
import { fakeClock } from "@promptcall/simulation/fakes/clock";
import { FakeIdempotencyRecords } from "@promptcall/simulation/fakes/idempotency";
import { fakeLog } from "@promptcall/simulation/fakes/log";
import { FakeLoops, FakeWaitingCalls, fakeOwners } from "@promptcall/simulation/fakes/loops";
import { fakeQueue } from "@promptcall/simulation/fakes/queue";
import { fakeRandom } from "@promptcall/simulation/fakes/random";
import { scriptedCarrier } from "@promptcall/simulation/fakes/scripted-carrier";
import { scriptedSender } from "@promptcall/simulation/fakes/scripted-sender";
import { fakeSeal } from "@promptcall/simulation/fakes/seal";
import { FakeTable } from "@promptcall/simulation/fakes/table";
import type { Random } from "../src/ports/random.ts";
import { at, BASE_URL, KEYS, SETTINGS, spec as specOf } from "./given.ts";

export type Fixture = ReturnType<typeof emptyFixture>;

/** Every port of every function, in memory. A test replaces what it is about. */
export function emptyFixture({ now = at(0), random = fakeRandom() }: { now?: string; random?: Random } = {}) {
  const table = new FakeTable();
  const clock = fakeClock(now);
  return {
    calls: table.calls(),
    deliveries: table.callbacks(),
    batchDeliveries: table.batchCallbacks(),
    checkpoints: table.checkpoints(),
    lists: table.lists(),
    batches: table.batches(),
    idempotency: new FakeIdempotencyRecords().portFor(),
    loops: new FakeLoops().portFor(),
    waiting: new FakeWaitingCalls().portFor(),
    rate: new FakeCarrierRate().portFor({ clock }),
    owners: fakeOwners(),
    hold: table.hold.bind(table),
    bus: fakeBus(),
    dial: fakeQueue<DialQueueMessage>({ clock }),
    timers: fakeQueue<TimerMessage>({ clock }),
    callbacks: fakeQueue<DeliveryMessage>({ clock }),
    parked: fakeQueue<ParkedMessage | ParkedBatchMessage>({ clock }),
    carrier: scriptedCarrier(),
    seal: fakeSeal([KEYS.seal]),
    sender: scriptedSender({ httpStatus: 200, durationMs: 12 }),
    clock,
    random,
    log: fakeLog(),
    webhooks: { baseUrl: BASE_URL, key: KEYS.webhook },
    settleSeconds: SETTINGS.timers.settleSeconds,
    longestCallSeconds: SETTINGS.timers.deadlineSeconds,
    settings: SETTINGS,
    verboseEvents: SETTINGS.verboseEvents,
  };
}

/** The same, with one call on record at version 1. */
export async function fixtureWith(call: Call, { spec = specOf(), now }: { spec?: CallSpec; now?: string } = {}) {
  const fixture = emptyFixture(now === undefined ? {} : { now });
  fixture.hold({ spec, call });
  return fixture;
}
