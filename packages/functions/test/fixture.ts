import type { Call } from "@promptcall/core/call/call";
import type { DeliveryMessage, ParkedBatchMessage, ParkedMessage } from "@promptcall/core/contracts/delivery-messages";
import type { DialQueueMessage, TimerMessage } from "@promptcall/core/contracts/messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { Random } from "../src/ports/random.ts";
import { oldAccounts } from "../src/security/old-accounts.ts";
import { FakeApplications } from "../testing/applications.ts";
import { FakeBreakers } from "../testing/breakers.ts";
import { FakeBulkhead } from "../testing/bulkhead.ts";
import { fakeBus } from "../testing/bus.ts";
import { FakeCarrierRate } from "../testing/carrier-rate.ts";
import { fakeClock } from "../testing/clock.ts";
import { FakeGuardCounts } from "../testing/guard-counts.ts";
import { FakeIdempotencyRecords } from "../testing/idempotency.ts";
import { fakeLog } from "../testing/log.ts";
import { FakeLoops, FakeWaitingCalls } from "../testing/loops.ts";
import { FakeOldKeys } from "../testing/old-keys.ts";
import { FakeProofs, FakeQuestions } from "../testing/proofs.ts";
import { fakeQueue } from "../testing/queue.ts";
import { fakeRandom } from "../testing/random.ts";
import { FakeReceiverStreaks } from "../testing/receiver-streaks.ts";
import { scriptedCarrier } from "../testing/scripted-carrier.ts";
import { scriptedSender } from "../testing/scripted-sender.ts";
import { fakeSeal } from "../testing/seal.ts";
import { FakeTable } from "../testing/table.ts";
import { at, BASE_URL, KEYS, SETTINGS, spec as specOf } from "./given.ts";

export type Fixture = ReturnType<typeof emptyFixture>;

/** Every port of every function, in memory. A test replaces what it is about. */
export function emptyFixture({ now = at(0), random = fakeRandom() }: { now?: string; random?: Random } = {}) {
  const table = new FakeTable();
  const clock = fakeClock(now);
  const applications = new FakeApplications();
  const proofs = new FakeProofs();
  const questions = new FakeQuestions().portFor();
  const oldKeys = new FakeOldKeys().portFor();
  return {
    calls: table.calls(),
    deliveries: table.callbacks(),
    batchDeliveries: table.batchCallbacks(),
    parkedDigits: table.parkedDigits(clock),
    checkpoints: table.checkpoints(),
    lists: table.lists(),
    applicationLists: table.applicationLists(),
    batches: table.batches(),
    idempotency: new FakeIdempotencyRecords().portFor(),
    loops: new FakeLoops().portFor(),
    waiting: new FakeWaitingCalls().portFor(),
    rate: new FakeCarrierRate().portFor({ clock }),
    owners: applications.ownersFor(),
    applications: applications.portFor(),
    proofs: proofs.portFor(),
    questions,
    oldKeys,
    oldAccounts: oldAccounts({ oldKeys, questions, clock }),
    proofRecords: () => proofs.records(),
    counts: new FakeGuardCounts().portFor({ clock }),
    breakers: new FakeBreakers().portFor({ clock, policy: SETTINGS.guard.breaker }),
    hold: table.hold.bind(table),
    bus: fakeBus(),
    dial: fakeQueue<DialQueueMessage>({ clock }),
    timers: fakeQueue<TimerMessage>({ clock }),
    callbacks: fakeQueue<DeliveryMessage>({ clock }),
    parked: fakeQueue<ParkedMessage | ParkedBatchMessage>({ clock }),
    carrier: scriptedCarrier(),
    seal: fakeSeal([KEYS.seal]),
    receiverSeal: fakeSeal([KEYS.receiver]),
    digitsSeal: fakeSeal([KEYS.digits]),
    sender: scriptedSender({ httpStatus: 200, durationMs: 12 }),
    clock,
    random,
    log: fakeLog(),
    webhooks: { baseUrl: BASE_URL, key: KEYS.webhook },
    settleSeconds: SETTINGS.timers.settleSeconds,
    longestCallSeconds: SETTINGS.timers.deadlineSeconds,
    streaks: new FakeReceiverStreaks().portFor(),
    bulkhead: new FakeBulkhead().portFor({ clock }),
    timeLeftMs: () => Number.POSITIVE_INFINITY,
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
