import type { EventType } from "@promptcall/core/events";
import type { CallbackMessage, DialQueueMessage, ParkedMessage, TimerMessage } from "@promptcall/core/messages";
import type { Settings } from "@promptcall/core/settings";
import type { Log } from "@promptcall/functions/adapters/log";
import type { Chance } from "@promptcall/functions/ports";
import type { CarrierTwin } from "./carrier.ts";
import type { Customers } from "./customers.ts";
import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import type { Process } from "./process.ts";
import type { Queues } from "./queues.ts";
import { AttemptsTwin } from "./twins/attempts.ts";
import { busTwin } from "./twins/bus.ts";
import { PaceTwin } from "./twins/pace.ts";
import { queueTwin } from "./twins/queue.ts";
import { ReceiverPlaces } from "./twins/receivers.ts";
import { sealTwin } from "./twins/seal.ts";
import type { Table } from "./twins/table.ts";
import type { World } from "./world.ts";

/** Distinct keys of fixed bytes: nothing in a run may come from anywhere but its seed. */
const keyOf = (byte: number) => new Uint8Array(32).fill(byte);
export const KEYS = { seal: keyOf(1), pin: keyOf(2), webhook: keyOf(3), callback: keyOf(4), status: keyOf(5) };

export interface PortsOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly settings: Settings;
  readonly history: History;
  readonly table: Table;
  readonly queues: Queues;
  readonly carrier: CarrierTwin;
  readonly customers: Customers;
}

/** Every port of every function, as one process comes to it: by its own clock, and with its own end at any time. */
export function portsFor({ world, faults, settings, history, table, queues, carrier, customers }: PortsOptions) {
  const rules: Partial<Record<EventType, keyof Queues>> = {
    "call.dialed": "state",
    "call.dial_failed": "state",
    "call.status": "state",
    "call.digits": "state",
    "call.completed": "callbacks",
  };
  const places = new ReceiverPlaces();
  const paces = new PaceTwin();
  const attempts = new AttemptsTwin();
  const seal = sealTwin([KEYS.seal]);
  const chance: Chance = { id: () => world.random.uuid(), random: () => world.random.next() };
  const log: Log = {
    info: (told) => history.look(JSON.stringify(told), "a log"),
    failure: (event, error, keys = {}) =>
      history.look(`${event} ${error instanceof Error ? error.message : ""} ${JSON.stringify(keys)}`, "a log"),
  };

  /** Late, more than once, in any order: as the bus does it. */
  function deliver(envelope: string, type: EventType): void {
    const target = rules[type];
    if (target === undefined) return;
    const copies = world.random.chance(faults.duplicateEvent) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const isLate = world.random.chance(faults.lateEvent);
      const afterMs = isLate ? world.random.between(1_000, 60_000) : world.random.between(5, 300);
      world.after(afterMs, () => queues[target].queue.put(envelope, 0));
    }
  }

  return (process: Process) => {
    const io = process.io.bind(process);
    const { clock } = process;
    const callbacks = queueTwin<CallbackMessage>({ mailbox: queues.callbacks.queue, clock, io });
    return {
      clock,
      chance,
      seal,
      log,
      calls: table.calls(io),
      deliveries: table.callbacks(io),
      batches: table.batches(io),
      paces: paces.portFor({ clock, io }),
      attempts: attempts.portFor({ io }),
      hops: table.hops(io),
      bus: busTwin({
        io,
        deliver: (envelope, event) => {
          history.published(event);
          deliver(envelope, event.type);
        },
      }),
      dial: queueTwin<DialQueueMessage>({ mailbox: queues.dial.queue, clock, io }),
      timers: queueTwin<TimerMessage>({ mailbox: queues.timers.queue, clock, io }),
      firsts: callbacks,
      callbacks: queueTwin<CallbackMessage>({ mailbox: queues.retries.queue, clock, io }),
      parked: queueTwin<ParkedMessage>({ mailbox: queues.callbacks.deadLetters, clock, io }),
      admission: { receivers: places.portFor({ clock, io }), again: callbacks },
      carrier: carrier.portFor(process),
      sender: customers.portFor(process),
      settings,
      verboseEvents: settings.verboseEvents,
      settleSeconds: settings.timers.settleSeconds,
      longestCallSeconds: settings.timers.deadlineSeconds,
      webhooks: { baseUrl: "https://hooks.example", key: KEYS.webhook },
    };
  };
}

export type Ports = ReturnType<ReturnType<typeof portsFor>>;
