import type { DeliveryMessage } from "@promptcall/core/messages";
import { setPace } from "@promptcall/functions/dialing/set-pace";
import { replay } from "@promptcall/functions/dispatcher/replay";
import { isBadRecord } from "./bad-records.ts";
import { beforeLoops } from "./before-loops.ts";
import { type CarrierOptions, CarrierTwin } from "./carrier.ts";
import { Customers } from "./customers.ts";
import { WiringError } from "./errors.ts";
import { EventBus } from "./event-bus.ts";
import { EventSource, type Invoke } from "./event-source.ts";
import type { Faults } from "./faults.ts";
import { HANDLERS, type Handler } from "./handlers.ts";
import type { History, SentMessage } from "./history.ts";
import { type Lineage, NO_LINEAGE, withRunOf } from "./lineage.ts";
import { type Linked, linksTo } from "./linked.ts";
import type { Outages } from "./outages.ts";
import { parkedLetters } from "./parked-letters.ts";
import { Process } from "./process.ts";
import { Sqs } from "./sqs.ts";
import { CarrierRoomTwin } from "./twins/carrier-room.ts";
import { LoopsTwin, ownersTwin, WaitingTwin } from "./twins/loops.ts";
import { queueTwin } from "./twins/queue.ts";
import { ReceiverPlaces } from "./twins/receivers.ts";
import { Table } from "./twins/table.ts";
import type { WiredFunction, Wiring } from "./wiring.ts";
import type { World } from "./world.ts";

export interface CloudOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly outages: Outages;
  readonly wiring: Wiring;
  readonly history: History;
  /** A deployment is under way, until when some functions are as they were before there were loops; epoch ms. */
  readonly replacedMs: number;
  readonly people: Pick<CarrierOptions, "personAt" | "pinOf" | "accountOf">;
  /** A step has found that no single call waits: its loop may be about to rest. */
  readonly onNoneFound?: () => void;
}

type Request = { method: string; headers?: Record<string, string>; body?: string };
/** What was answered; undefined when whoever was asked died over it. */
type Answer = { status: number; body: string } | undefined;

/** So long it takes until a record that cannot be read is seen to. */
const MENDED_AFTER_MS = 8 * 3_600_000;

/** So long a read that is not consistent may miss a write. */
const LONGEST_LAG_MS = 1_000;

/** The functions as they are, put together as the stacks put them together, on the twins. */
export function startCloud({ world, faults, outages, wiring, history, replacedMs, people, onNoneFound }: CloudOptions) {
  const { settings } = wiring;
  const lag = {
    now: () => world.nowMs,
    misses: (ageMs: number) => ageMs < LONGEST_LAG_MS && world.random.chance(faults.staleRead),
  };
  const mendedMs = world.nowMs + MENDED_AFTER_MS;
  const isUnreadable = (tid: string) => world.nowMs < mendedMs && isBadRecord(tid, faults.badRecord);
  const takes = (items: number) =>
    world.random.chance(faults.partialWrite) ? Math.ceil(world.random.between(0, items)) : items;
  const table = new Table({
    onSave: (before, after) => history.saved(before, after),
    onBatchOver: (id) => history.loops.ended(id),
    lag,
    takes,
    isUnreadable,
  });
  const queues = queuesOf({ world, faults, wiring, history });
  const queueNamed = (name: string) => named(queues, name);
  const customers = new Customers({
    world,
    faults,
    timeoutSeconds: settings.callback.timeoutSeconds,
    onResult: (received) => history.tookResult(received),
  });
  const carrier = new CarrierTwin({
    ...people,
    world,
    faults,
    settings: settings.carrier,
    onAsk: (request) => history.loops.asked(request),
    onAskAbout: () => history.askedAboutCall(),
    onDial: (number) => history.dialed(number),
    onLimit: (kind) => history.limited(kind),
    onEndTold: (number) => history.toldOfEnd(number),
    post: ({ url, body }) => ask(named(wiring.functions, wiring.webhooks), url, { method: "POST", body }),
  });
  const deaths = { left: faults.crashesMost };
  const loops = new LoopsTwin({ onWrite: (...write) => history.loops.wrote(...write) });
  const waiting = new WaitingTwin(onNoneFound && { onNoneFound });
  const accounts = new Map<string, string>();
  const linkedTo = linksTo({
    world,
    settings,
    history,
    table,
    loops,
    waiting,
    room: new CarrierRoomTwin(),
    accounts,
    places: new ReceiverPlaces({ lag }),
    queueNamed,
    bus: new EventBus({ world, faults, rules: wiring.rules, queueNamed, onSpoilt: (body) => history.spoilt(body) }),
    carrier,
    customers,
  });

  /** Runs something in a process of its own; undefined when that died. */
  function inProcess<Result>(
    { fn, lineage }: { fn: WiredFunction; lineage: Lineage },
    run: (linked: Linked) => Promise<Result>,
  ): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const onDeath = () => resolve(undefined);
      const { timeoutSeconds } = fn;
      const process = new Process({ world, faults, outages, timeoutSeconds, deaths, lineage, onDeath });
      run(linkedTo({ fn, process })).then((result) => {
        process.end();
        resolve(result);
      }, reject);
    });
  }

  /** Which version answers is as chance has it, until all are replaced. */
  const asDeployed = ({ handler }: WiredFunction, linked: Linked) =>
    world.nowMs < replacedMs && world.random.chance(0.5) ? beforeLoops(handler, linked) : linked;

  // As at a cold start: whoever reaches for what it is not linked to fails before anything happens.
  for (const fn of wiring.functions.values()) {
    const idle = { timeoutSeconds: 0, deaths: { left: 0 }, lineage: NO_LINEAGE, onDeath: () => {} };
    const process = new Process({ world, faults, outages, ...idle });
    HANDLERS[fn.handler]?.on(linkedTo({ fn, process }));
  }

  for (const mapping of wiring.mappings) {
    const fn = named(wiring.functions, mapping.function);
    const { on } = handlerOf(fn, "consumer");
    const invoke: Invoke = async (event, before) => {
      const lineage = withRunOf(fn.name, { lineage: before, mayRecurse: fn.mayRecurse });
      if (lineage === undefined) return history.stopped(fn.name);
      return await inProcess({ fn, lineage }, (linked) => on(asDeployed(fn, linked))(event));
    };
    new EventSource({ world, queue: queueNamed(mapping.queue), mapping, invoke });
  }

  async function ask(fn: WiredFunction, url: string, request: Request): Promise<Answer> {
    const { on } = handlerOf(fn, "app");
    const lineage = withRunOf(fn.name, { lineage: NO_LINEAGE, mayRecurse: fn.mayRecurse }) ?? NO_LINEAGE;
    return await inProcess({ fn, lineage }, async (linked) => {
      // Who asks about a batch or changes it would hear nothing of loops from an older version.
      const response = await on(isAccepted(url) ? asDeployed(fn, linked) : linked).request(url, request);
      return { status: response.status, body: await response.text() };
    });
  }

  /** What an operator does by hand, in a process of no function. */
  const byHand = () => {
    const forever = { timeoutSeconds: 3_600, deaths, lineage: NO_LINEAGE, onDeath: () => {} };
    return new Process({ world, faults, outages, ...forever });
  };

  return {
    /** Sends everything that is parked again. @throws {Error} when that did not get to its end */
    replay: async () => {
      const process = byHand();
      const run = replay({
        calls: table.calls(process.ioTo("table")),
        deliveries: table.callbacks(process.ioTo("table")),
        batches: table.batches(process.ioTo("table")),
        batchDeliveries: table.batchCallbacks(process.ioTo("table")),
        deadLetters: parkedLetters({ queue: queueNamed(wiring.parked), io: process.ioTo("queues") }),
        callbacks: queueTwin<DeliveryMessage>({
          mailbox: { put: (body, delaySeconds) => queueNamed("CallbackRetriesQueue").put({ body, delaySeconds }) },
          clock: process.clock,
          io: process.ioTo("queues"),
        }),
        clock: process.clock,
      });
      return await run({ tell: (line) => history.look(line, "what an operator is told") });
    },
    /** Whose pace an application shares, as an operator tells it. */
    share: (application: string, account: string) => {
      accounts.set(application, account);
    },
    /** What the carrier has agreed to with an application, as an operator tells it. */
    agree: async (application: string, callsPerSecond: number) =>
      await setPace(
        { owner: await ownersTwin(accounts).ownerOf(application), callsPerSecond },
        { loops: loops.portFor() },
      ),
    askApi: (url: string, request: Request) => ask(named(wiring.functions, wiring.api), url, request),
    table,
    loops,
    waiting,
    queues: [...queues.values()],
    parked: queueNamed(wiring.parked),
  };
}

export type Cloud = ReturnType<typeof startCloud>;

function isAccepted(url: string): boolean {
  return new URL(url).pathname === "/call";
}

function named<Part>(parts: ReadonlyMap<string, Part>, name: string): Part {
  const part = parts.get(name);
  if (part === undefined) throw new WiringError(`The stacks have nothing that is called ${name}.`);
  return part;
}

function handlerOf<Kind extends Handler["kind"]>({ name, handler }: WiredFunction, kind: Kind) {
  const known = HANDLERS[handler];
  if (known?.kind !== kind) throw new WiringError(`The function ${name} is no ${kind}.`);
  return known as Extract<Handler, { kind: Kind }>;
}

/** The queues of the stacks, with their visibility and their dead letters. */
function queuesOf({ world, faults, wiring, history }: Pick<CloudOptions, "world" | "faults" | "wiring" | "history">) {
  const started = new Map<string, Sqs>();
  const onMessage = (message: SentMessage) => history.sent(message);
  const onSpoilt = (body: string) => history.spoilt(body);
  const onBuried = (body: string) => history.buried(body);
  // Those without dead letters of their own first: they may be those of others.
  for (const declared of wiring.queues.toSorted((a, b) => Number(!!a.deadLetters) - Number(!!b.deadLetters))) {
    const into = declared.deadLetters;
    const deadLetters = into && { queue: named(started, into.queue), afterReceives: into.maxReceiveCount };
    started.set(declared.name, new Sqs({ world, faults, declared, deadLetters, onMessage, onSpoilt, onBuried }));
  }
  return started;
}
