import type { TimerMessage } from "@promptcall/core/messages";
import type { Settings } from "@promptcall/core/settings";
import type { Chance } from "@promptcall/functions/ports/chance";
import type { Log } from "@promptcall/functions/ports/log";
import type { ProgressPorts } from "@promptcall/functions/progress";
import type { CarrierTwin } from "./carrier.ts";
import type { Customers } from "./customers.ts";
import { WiringError } from "./errors.ts";
import type { EventBus } from "./event-bus.ts";
import type { History } from "./history.ts";
import type { Process } from "./process.ts";
import type { Sqs } from "./sqs.ts";
import { AttemptsTwin } from "./twins/attempts.ts";
import { busTwin } from "./twins/bus.ts";
import type { CarrierRoomTwin } from "./twins/carrier-room.ts";
import type { LoopsTwin, WaitingTwin } from "./twins/loops.ts";
import { ownersTwin } from "./twins/loops.ts";
import { queueTwin } from "./twins/queue.ts";
import type { ReceiverPlaces } from "./twins/receivers.ts";
import { sealTwin } from "./twins/seal.ts";
import type { Table } from "./twins/table.ts";
import type { WiredFunction } from "./wiring.ts";
import type { World } from "./world.ts";

/** Distinct keys of fixed bytes: nothing in a run may come from anywhere but its seed. */
const keyOf = (byte: number) => new Uint8Array(32).fill(byte);
const KEYS = {
  SealKey: keyOf(1),
  PinKey: keyOf(2),
  WebhookKey: keyOf(3),
  CallbackKey: keyOf(4),
  StatusKey: keyOf(5),
};
const SEAL = sealTwin([KEYS.SealKey]);

export interface SharedOptions {
  readonly world: World;
  readonly settings: Settings;
  readonly history: History;
  readonly table: Table;
  readonly loops: LoopsTwin;
  readonly waiting: WaitingTwin;
  readonly room: CarrierRoomTwin;
  /** Applications that share an account's pace. */
  readonly accounts: Map<string, string>;
  readonly places: ReceiverPlaces;
  readonly queueNamed: (name: string) => Sqs;
  readonly bus: EventBus;
  readonly carrier: CarrierTwin;
  readonly customers: Customers;
}

/** What a function is linked to, as one process comes to it: by its own clock, and with its own end at any time. */
export function linksTo(shared: SharedOptions) {
  const {
    world,
    settings,
    history,
    table,
    loops,
    waiting,
    room,
    accounts,
    places,
    queueNamed,
    bus,
    carrier,
    customers,
  } = shared;
  const attempts = new AttemptsTwin();
  const chance: Chance = { id: () => world.random.uuid(), random: () => world.random.next() };
  const log: Log = {
    info: (told) => history.look(JSON.stringify(told), "a log"),
    failure: (event, error, keys = {}) =>
      history.look(`${event} ${error instanceof Error ? error.message : ""} ${JSON.stringify(keys)}`, "a log"),
  };

  return ({ fn, process }: { fn: WiredFunction; process: Process }) => {
    const { clock, lineage } = process;
    const [tableIo, queuesIo, busIo] = [process.ioTo("table"), process.ioTo("queues"), process.ioTo("bus")];
    const linked = <Part>(name: string, part: () => Part): Part => {
      if (!fn.links.includes(name)) throw new WiringError(`The function ${fn.name} is not linked to ${name}.`);
      return part();
    };
    const inTable = <Part>(part: () => Part) => linked("Calls", part);
    const queue = <Message extends { readonly v?: 1; readonly not_before?: string | undefined }>(name: string) =>
      linked(name, () => {
        const to = queueNamed(name);
        const mailbox = {
          put: (body: string, delaySeconds: number) =>
            to.put({ body, lineage, ...(delaySeconds > 0 && { delaySeconds }) }),
        };
        return queueTwin<Message>({ mailbox, clock, io: queuesIo });
      });
    const parts = {
      clock,
      chance,
      log,
      queue,
      settings: () => linked("Settings", () => settings),
      keys: (name: keyof typeof KEYS) => linked(name, () => [KEYS[name]] as const),
      seal: () => linked("SealKey", () => SEAL),
      webhookBaseUrl: () => linked("WebhookUrl", () => "https://hooks.example"),
      calls: () => inTable(() => table.calls(tableIo)),
      deliveries: () => inTable(() => table.callbacks(tableIo)),
      batches: () => inTable(() => table.batches(tableIo)),
      hops: () => inTable(() => table.hops(tableIo)),
      loops: () => inTable(() => loops.portFor({ io: tableIo })),
      waiting: () => inTable(() => waiting.portFor({ io: tableIo })),
      room: () => inTable(() => room.portFor({ clock, io: tableIo })),
      owners: () => inTable(() => ownersTwin(accounts, tableIo)),
      lists: () => inTable(() => table.lists(tableIo)),
      batchDeliveries: () => inTable(() => table.batchCallbacks(tableIo)),
      attempts: () => inTable(() => attempts.portFor({ io: tableIo })),
      receivers: () => inTable(() => places.portFor({ clock, io: tableIo })),
      bus: () =>
        linked("Bus", () =>
          busTwin({
            io: busIo,
            deliver: (envelope, event) => {
              history.published(event);
              bus.put(envelope);
            },
          }),
        ),
      carrier: () => carrier.portFor(process),
      sender: () => customers.portFor(process),
    };
    /** What every function that writes a call's progress is linked to. */
    const progress = (): ProgressPorts => ({
      calls: parts.calls(),
      bus: parts.bus(),
      timers: queue<TimerMessage>("TimersQueue"),
      clock,
      chance,
      settleSeconds: parts.settings().timers.settleSeconds,
    });
    return { ...parts, progress };
  };
}

export type Linked = ReturnType<ReturnType<typeof linksTo>>;
