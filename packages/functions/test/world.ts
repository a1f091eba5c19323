import type { Call } from "@promptcall/core/call";
import type { CallbackMessage, DialMessage, ParkedMessage, TimerMessage } from "@promptcall/core/messages";
import type { CallSpec } from "@promptcall/core/spec";
import type { Chance } from "../src/ports.ts";
import { at, BASE_URL, KEYS, SETTINGS, spec as specOf } from "./given.ts";
import { memoryBus } from "./memory/bus.ts";
import { memoryCallStore } from "./memory/call-store.ts";
import { memoryCallbackSender } from "./memory/callback-sender.ts";
import { memoryCallbackStore } from "./memory/callback-store.ts";
import { memoryCarrier } from "./memory/carrier.ts";
import { memoryChance } from "./memory/chance.ts";
import { memoryClock } from "./memory/clock.ts";
import { memoryLog } from "./memory/log.ts";
import { memoryQueue } from "./memory/queue.ts";
import { memorySeal } from "./memory/seal.ts";

export type World = ReturnType<typeof emptyWorld>;

/** Every port of every function, in memory. A test replaces what it is about. */
export function emptyWorld({ now = at(0), chance = memoryChance() }: { now?: string; chance?: Chance } = {}) {
  return {
    calls: memoryCallStore(),
    deliveries: memoryCallbackStore(),
    bus: memoryBus(),
    dial: memoryQueue<DialMessage>(),
    timers: memoryQueue<TimerMessage>(),
    callbacks: memoryQueue<CallbackMessage>(),
    parked: memoryQueue<ParkedMessage>(),
    carrier: memoryCarrier(),
    seal: memorySeal(),
    sender: memoryCallbackSender({ httpStatus: 200, durationMs: 12 }),
    clock: memoryClock(now),
    chance,
    log: memoryLog(),
    webhooks: { baseUrl: BASE_URL, key: KEYS.webhook },
    settleSeconds: SETTINGS.timers.settleSeconds,
    settings: SETTINGS,
  };
}

/** The same, with one call on record at version 1. */
export async function worldWith(call: Call, { spec = specOf(), now }: { spec?: CallSpec; now?: string } = {}) {
  const world = emptyWorld(now === undefined ? {} : { now });
  await world.calls.create({ spec, call });
  return world;
}
