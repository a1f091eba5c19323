import type { Settings } from "@promptcall/core/contracts/settings";
import type { Log } from "@promptcall/functions/ports/log";
import type { Random } from "@promptcall/functions/ports/random";
import { fakeBus } from "@promptcall/functions/testing/bus";
import { fakeQueue } from "@promptcall/functions/testing/queue";
import { fakeSeal } from "@promptcall/functions/testing/seal";
import { WiringError } from "../errors.ts";
import type { History } from "../history/history.ts";
import type { FakeCarrier } from "../outside/carrier.ts";
import type { Customers } from "../outside/customers.ts";
import type { Process } from "../world/process.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { EventBus } from "./event-bus.ts";
import type { Fakes } from "./fakes.ts";
import type { Sqs } from "./sqs.ts";
import type { WiredFunction } from "./wiring.ts";

/** Fixed keys: a history may depend on nothing but its seed. */
const keyOf = (byte: number) => new Uint8Array(32).fill(byte);
const KEYS = {
  SealKey: keyOf(1),
  PinKey: keyOf(2),
  WebhookKey: keyOf(3),
  CallbackKey: keyOf(4),
  StatusKey: keyOf(5),
  ReceiverKey: keyOf(6),
  DigitsKey: keyOf(7),
};
const SEAL = fakeSeal([KEYS.SealKey]);
const RECEIVER_SEAL = fakeSeal([KEYS.ReceiverKey]);
const DIGITS_SEAL = fakeSeal([KEYS.DigitsKey]);

export interface SharedOptions {
  readonly scheduler: Scheduler;
  readonly settings: Settings;
  readonly history: History;
  readonly fakes: Fakes;
  readonly queueNamed: (name: string) => Sqs;
  readonly bus: EventBus;
  readonly carrier: FakeCarrier;
  readonly customers: Customers;
}

/** The ports of a function in one process, which has its own clock and may crash at any request. */
export function linksTo(shared: SharedOptions) {
  const { scheduler, settings, history, fakes, queueNamed, bus, carrier, customers } = shared;
  const random: Random = { uuid: () => scheduler.random.uuid(), next: () => scheduler.random.next() };
  const log: Log = {
    info: (reported) => history.observe(JSON.stringify(reported), "a log"),
    failure: (event, error, keys = {}) =>
      history.observe(`${event} ${error instanceof Error ? error.message : ""} ${JSON.stringify(keys)}`, "a log"),
  };

  return ({ fn, process }: { fn: WiredFunction; process: Process }) => {
    const { clock, lineage } = process;
    const [tableIo, queuesIo, busIo] = [process.ioTo("table"), process.ioTo("queues"), process.ioTo("bus")];
    const linked = <Part>(name: string, part: () => Part): Part => {
      if (!fn.links.includes(name)) throw new WiringError(`The function ${fn.name} is not linked to ${name}.`);
      return part();
    };
    const inTable = <Part>(part: () => Part) =>
      linked(fn.links.find((name) => /^Calls(Read|Fold|Deliver)?$/.test(name)) ?? "Calls", part);
    const queue = <Message extends { readonly v?: 1; readonly not_before?: string | undefined }>(name: string) =>
      linked(name, () => {
        const to = queueNamed(name);
        const mailbox = {
          put: (body: string, delaySeconds: number) =>
            to.put({ body, lineage, ...(delaySeconds > 0 && { delaySeconds }) }),
        };
        return fakeQueue<Message>({ mailbox, clock, io: queuesIo });
      });
    return {
      clock,
      random,
      log,
      queue,
      settings: () => linked("Settings", () => settings),
      keys: (name: keyof typeof KEYS) => linked(name, () => [KEYS[name]] as const),
      seal: () => linked("SealKey", () => SEAL),
      receiverSeal: () => linked("ReceiverKey", () => RECEIVER_SEAL),
      digitsSeal: () => linked("DigitsKey", () => DIGITS_SEAL),
      webhookBaseUrl: () => linked("WebhookUrl", () => "https://hooks.example"),
      ...fakes.portsOf({ clock, io: tableIo, linked: inTable }),
      bus: () =>
        linked("Bus", () =>
          fakeBus({
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
  };
}

export type Linked = ReturnType<ReturnType<typeof linksTo>>;
