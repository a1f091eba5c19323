import type { DeliveryMessage } from "@promptcall/core/contracts/delivery-messages";
import { setPace } from "@promptcall/functions/dialing/set-pace";
import { replay } from "@promptcall/functions/dispatcher/replay";
import { fakeQueue } from "@promptcall/functions/testing/queue";
import { WiringError } from "../errors.ts";
import type { History } from "../history/history.ts";
import { type CarrierOptions, FakeCarrier } from "../outside/carrier.ts";
import { Customers } from "../outside/customers.ts";
import type { Faults } from "../world/faults.ts";
import { type Lineage, NO_LINEAGE, withRunOf } from "../world/lineage.ts";
import type { Outages } from "../world/outages.ts";
import { Process } from "../world/process.ts";
import type { Scheduler } from "../world/scheduler.ts";
import { isBadRecord } from "./bad-records.ts";
import { beforeLoops } from "./before-loops.ts";
import { EventBus } from "./event-bus.ts";
import { EventSource, type Invoke } from "./event-source.ts";
import { startFakes } from "./fakes.ts";
import { HANDLERS, type Handler } from "./handlers.ts";
import { type Linked, linksTo } from "./linked.ts";
import { named } from "./named.ts";
import { parkedMessages } from "./parked-messages.ts";
import { startQueues } from "./queues.ts";
import type { WiredFunction, Wiring } from "./wiring.ts";

export interface CloudOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly outages: Outages;
  readonly wiring: Wiring;
  readonly history: History;
  /** A deployment is under way, until when some functions are as they were before there were loops; epoch ms. */
  readonly replacedMs: number;
  readonly people: Pick<CarrierOptions, "personAt" | "keysAt" | "accountOf">;
  /** A step has found that no single call waits: its loop may be about to rest. */
  readonly onNoneFound?: () => void;
  /** A webhook that the carrier posted at that time is answered. */
  readonly onWebhook?: (webhook: { readonly url: string; readonly body: string; readonly fromMs: number }) => void;
}

type Request = { method: string; headers?: Record<string, string>; body?: string };
/** The answer; undefined when the function crashed. */
type Answer = { status: number; body: string } | undefined;

/** After this, unreadable records are repaired. */
const MENDED_AFTER_MS = 8 * 3_600_000;

/** How long an eventually consistent read may miss a write. */
const LONGEST_LAG_MS = 1_000;

/** Runs the real functions on fakes, wired as in the stacks. */
export function startCloud({
  scheduler,
  faults,
  outages,
  wiring,
  history,
  replacedMs,
  people,
  onNoneFound,
  onWebhook,
}: CloudOptions) {
  const { settings } = wiring;
  const lag = {
    now: () => scheduler.nowMs,
    misses: (ageMs: number) => ageMs < LONGEST_LAG_MS && scheduler.random.chance(faults.staleRead),
  };
  const mendedMs = scheduler.nowMs + MENDED_AFTER_MS;
  const isUnreadable = (tid: string) => scheduler.nowMs < mendedMs && isBadRecord(tid, faults.badRecord);
  const takes = (items: number) =>
    scheduler.random.chance(faults.partialWrite) ? Math.ceil(scheduler.random.between(0, items)) : items;
  const fakes = startFakes({
    table: {
      onSave: (before, after) => history.saved(before, after),
      onBatchOver: (id) => history.loops.ended(id),
      lag,
      takes,
      isUnreadable,
    },
    loops: { onWrite: (...write) => history.loops.wrote(...write) },
    waiting: { onNoneFound, onAdd: ({ tid }) => history.loops.waits(tid) },
    settings,
  });
  const { table, loops, waiting, applications } = fakes;
  const queues = startQueues({ scheduler, faults, wiring, history });
  const queueNamed = (name: string) => named(queues, name);
  const customers = new Customers({
    scheduler,
    faults,
    timeoutSeconds: settings.callback.timeoutSeconds,
    onResult: (received) => history.resultReceived(received),
  });
  const carrier = new FakeCarrier({
    ...people,
    scheduler,
    faults,
    settings: settings.carrier,
    onAsk: (request) => history.loops.asked(request),
    onAskAbout: () => history.askedAboutCall(),
    onDial: (number) => history.dialed(number),
    onLimit: (kind) => history.limited(kind),
    onEndReported: (number, dial) => history.endReported(number, dial),
    post: ({ url, body }) => {
      const fromMs = scheduler.nowMs;
      const answer = ask(named(wiring.functions, wiring.webhooks), url, { method: "POST", body });
      if (onWebhook !== undefined) void answer.then(() => onWebhook({ url, body, fromMs }));
      return answer;
    },
  });
  const deaths = { left: faults.crashesMost };
  const linkedTo = linksTo({
    scheduler,
    settings,
    history,
    fakes,
    queueNamed,
    bus: new EventBus({
      scheduler,
      faults,
      rules: wiring.rules,
      queueNamed,
      onDamaged: (body) => history.damaged(body),
    }),
    carrier,
    customers,
  });

  /** Runs something in a process of its own; undefined when it crashed. */
  function inProcess<Result>(
    { fn, lineage }: { fn: WiredFunction; lineage: Lineage },
    run: (linked: Linked) => Promise<Result>,
  ): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const onDeath = () => resolve(undefined);
      const { timeoutSeconds } = fn;
      const workMs = scheduler.durations.work(fn.handler);
      const process = new Process({ scheduler, faults, outages, timeoutSeconds, workMs, deaths, lineage, onDeath });
      run(linkedTo({ fn, process })).then((result) => {
        process.end();
        resolve(result);
      }, reject);
    });
  }

  /** Which version answers is as chance has it, until all are replaced. */
  const asDeployed = ({ handler }: WiredFunction, linked: Linked) =>
    scheduler.nowMs < replacedMs && scheduler.random.chance(0.5) ? beforeLoops(handler, linked) : linked;

  // Like a cold start: a missing link fails before the history begins.
  for (const fn of wiring.functions.values()) {
    const idle = { timeoutSeconds: 0, deaths: { left: 0 }, lineage: NO_LINEAGE, onDeath: () => {} };
    const process = new Process({ scheduler, faults, outages, ...idle });
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
    new EventSource({ scheduler, queue: queueNamed(mapping.queue), mapping, invoke });
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

  /** A process for what an operator runs by hand. */
  const byHand = () => {
    const forever = { timeoutSeconds: 3_600, deaths, lineage: NO_LINEAGE, onDeath: () => {} };
    return new Process({ scheduler, faults, outages, ...forever });
  };

  return {
    /** Sends all parked results again. @throws {Error} when that failed */
    replay: async () => {
      const process = byHand();
      const run = replay({
        calls: table.calls(process.ioTo("table")),
        deliveries: table.callbacks(process.ioTo("table")),
        batches: table.batches(process.ioTo("table")),
        batchDeliveries: table.batchCallbacks(process.ioTo("table")),
        deadLetters: parkedMessages({ queue: queueNamed(wiring.parked), io: process.ioTo("queues") }),
        callbacks: fakeQueue<DeliveryMessage>({
          mailbox: { put: (body, delaySeconds) => queueNamed("CallbackRetriesQueue").put({ body, delaySeconds }) },
          clock: process.clock,
          io: process.ioTo("queues"),
        }),
        clock: process.clock,
      });
      return await run({ report: (line) => history.observe(line, "what an operator reads") });
    },
    /** Sets the account of an application, as an operator does. */
    share: async (application: string, account: string) => {
      const seen = applications.read(application);
      await applications.portFor().write(application, { seen, next: { ...seen, account } });
    },
    /** Sets the agreed pace of an application, as an operator does. */
    agree: async (application: string, callsPerSecond: number) =>
      await setPace(
        { owner: await applications.ownersFor().ownerOf(application), callsPerSecond },
        { loops: loops.portFor() },
      ),
    askApi: (url: string, request: Request) => ask(named(wiring.functions, wiring.api), url, request),
    table,
    loops,
    waiting,
    applications,
    queues: [...queues.values()],
    parked: queueNamed(wiring.parked),
  };
}

export type Cloud = ReturnType<typeof startCloud>;

function isAccepted(url: string): boolean {
  return new URL(url).pathname === "/call";
}

function handlerOf<Kind extends Handler["kind"]>({ name, handler }: WiredFunction, kind: Kind) {
  const known = HANDLERS[handler];
  if (known?.kind !== kind) throw new WiringError(`The function ${name} is no ${kind}.`);
  return known as Extract<Handler, { kind: Kind }>;
}
