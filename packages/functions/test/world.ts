import type { Call } from "@promptcall/core/call";
import type {
  DeliveryMessage,
  DialQueueMessage,
  ParkedBatchMessage,
  ParkedMessage,
  TimerMessage,
} from "@promptcall/core/messages";
import type { CallSpec } from "@promptcall/core/records/spec";
import { AttemptsTwin } from "@promptcall/simulation/twins/attempts";
import { busTwin } from "@promptcall/simulation/twins/bus";
import { CarrierRoomTwin } from "@promptcall/simulation/twins/carrier-room";
import { chanceTwin } from "@promptcall/simulation/twins/chance";
import { clockTwin } from "@promptcall/simulation/twins/clock";
import { logTwin } from "@promptcall/simulation/twins/log";
import { LoopsTwin, ownersTwin, WaitingTwin } from "@promptcall/simulation/twins/loops";
import { queueTwin } from "@promptcall/simulation/twins/queue";
import { scriptedCarrier } from "@promptcall/simulation/twins/scripted-carrier";
import { scriptedSender } from "@promptcall/simulation/twins/scripted-sender";
import { sealTwin } from "@promptcall/simulation/twins/seal";
import { Table } from "@promptcall/simulation/twins/table";
import type { Chance } from "../src/ports/chance.ts";
import { at, BASE_URL, KEYS, SETTINGS, spec as specOf } from "./given.ts";

export type World = ReturnType<typeof emptyWorld>;

/** Every port of every function, in memory. A test replaces what it is about. */
export function emptyWorld({ now = at(0), chance = chanceTwin() }: { now?: string; chance?: Chance } = {}) {
  const table = new Table();
  const clock = clockTwin(now);
  return {
    calls: table.calls(),
    deliveries: table.callbacks(),
    batchDeliveries: table.batchCallbacks(),
    hops: table.hops(),
    lists: table.lists(),
    batches: table.batches(),
    attempts: new AttemptsTwin().portFor(),
    loops: new LoopsTwin().portFor(),
    waiting: new WaitingTwin().portFor(),
    room: new CarrierRoomTwin().portFor({ clock }),
    owners: ownersTwin(),
    hold: table.hold.bind(table),
    bus: busTwin(),
    dial: queueTwin<DialQueueMessage>({ clock }),
    timers: queueTwin<TimerMessage>({ clock }),
    callbacks: queueTwin<DeliveryMessage>({ clock }),
    parked: queueTwin<ParkedMessage | ParkedBatchMessage>({ clock }),
    carrier: scriptedCarrier(),
    seal: sealTwin([KEYS.seal]),
    sender: scriptedSender({ httpStatus: 200, durationMs: 12 }),
    clock,
    chance,
    log: logTwin(),
    webhooks: { baseUrl: BASE_URL, key: KEYS.webhook },
    settleSeconds: SETTINGS.timers.settleSeconds,
    longestCallSeconds: SETTINGS.timers.deadlineSeconds,
    settings: SETTINGS,
    verboseEvents: SETTINGS.verboseEvents,
  };
}

/** The same, with one call on record at version 1. */
export async function worldWith(call: Call, { spec = specOf(), now }: { spec?: CallSpec; now?: string } = {}) {
  const world = emptyWorld(now === undefined ? {} : { now });
  world.hold({ spec, call });
  return world;
}
