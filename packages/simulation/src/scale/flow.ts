import { LONGEST_HOP_SECONDS } from "@promptcall/core/later";
import { Random } from "../random.ts";
import { addingMs } from "./assumptions.ts";
import { Backlog } from "./backlog.ts";
import { Calendar } from "./calendar.ts";
import { type CallOnItsWay, newCall } from "./calls.ts";
import { Durations } from "./durations.ts";
import { Gauge } from "./gauge.ts";
import { hookOf } from "./journeys.ts";
import { Ledger } from "./ledger.ts";
import { Life, type Message, type Turn } from "./life.ts";
import { Gateway } from "./limits.ts";
import { Mapping } from "./mapping.ts";
import { Paces } from "./paces.ts";
import { Receivers } from "./receivers.ts";
import type { Arrival, Scenario } from "./scenarios.ts";
import { type FlowSettings, QUEUES, type QueueName } from "./settings.ts";

/** What can be due, besides a message of one of the queues becoming visible. */
const ARRIVAL = QUEUES.length;
const LET_IN = ARRIVAL + 1;
const NEWS = ARRIVAL + 2;
const ANSWERED = ARRIVAL + 3;
const BATCH_DONE = ARRIVAL + 4;
const KINDS = 16;
const DETAILS = 16;

/** Functions without a queue in front of them: what comes is worked on at once. */
const AT_ONCE = ["api", "webhooks"] as const;

export interface FlowOptions {
  readonly scenario: Scenario;
  readonly settings: FlowSettings;
  readonly seed: number;
}

/**
 * Calls through the service: each of them by itself, in virtual time, with durations drawn from a spread. Our own bounds
 * and the carrier's are kept to; the quotas of AWS are only counted against, since what AWS does beyond them is its own.
 */
export class Flow {
  readonly calls: CallOnItsWay[] = [];
  readonly ledger = new Ledger();
  readonly receivers = new Receivers();
  readonly paces: Paces;
  readonly mappings: Readonly<Record<QueueName, Mapping>>;
  readonly gauge = new Gauge();
  turnedAway = 0;
  readonly #options: FlowOptions;
  /** Who calls, apart from all else: the same calls come to every service. */
  readonly #comers: Random;
  readonly #calendar: Calendar;
  readonly #durations: Durations;
  readonly #life: Life;
  readonly #gateway: Gateway;
  readonly #arrivals: Iterator<Arrival>;
  #next: Arrival | undefined;
  /** Calls that the gateway has turned away. */
  readonly #outside = new Backlog<number>();
  #isMeasured = false;

  constructor(options: FlowOptions) {
    const { scenario, settings, seed } = options;
    this.#options = options;
    this.#comers = new Random(seed);
    const random = new Random(seed + 1);
    this.#durations = new Durations(random);
    this.#calendar = new Calendar({ longestMs: 1000 * (Math.max(settings.deadlineSeconds, LONGEST_HOP_SECONDS) + 10) });
    this.paces = new Paces({ limit: settings.carrierCallsPerSecond });
    this.#gateway = new Gateway(settings.throttle);
    this.#arrivals = scenario.arrivals(this.#comers)[Symbol.iterator]();
    const mapping = (queue: QueueName) =>
      new Mapping({ batchSize: settings.batchSize, maximumConcurrency: settings.maximumConcurrency[queue] });
    this.mappings = {
      dial: mapping("dial"),
      state: mapping("state"),
      timers: mapping("timers"),
      callbacks: mapping("callbacks"),
      callbackRetries: mapping("callbackRetries"),
    };
    this.#life = new Life({
      calls: this.calls,
      settings,
      applications: scenario.applications,
      random,
      send: (queue, message, delayMs) => this.#send(queue, message, delayMs),
      tell: (call, detail, delayMs) => this.#after(delayMs, NEWS, { call, detail }),
      enter: (application) => this.receivers.enter(application, this.nowMs),
      paces: this.paces,
    });
  }

  get nowMs(): number {
    return this.#calendar.nowMs;
  }

  run(): void {
    this.#next = this.#nextArrival();
    this.#arrive();
    this.#calendar.run({ handle: (happening) => this.#handle(happening), poll: () => this.#poll() });
  }

  #handle(happening: number): void {
    const kind = happening % KINDS;
    const rest = Math.floor(happening / KINDS);
    const message = { call: Math.floor(rest / DETAILS), detail: rest % DETAILS };
    const queue = QUEUES[kind];
    if (queue !== undefined) this.mappings[queue].show(message, this.nowMs);
    else if (kind === ARRIVAL) this.#arrive();
    else if (kind === LET_IN) this.#letIn();
    else if (kind === NEWS) this.#hear(message);
    else if (kind === ANSWERED) this.gauge.release(AT_ONCE[message.detail] ?? "api");
    else if (kind === BATCH_DONE) this.#finish(message);
  }

  /** All that come by now, and then the next one when it comes. */
  #arrive(): void {
    for (; this.#next !== undefined && this.#next.atMs <= this.nowMs; this.#next = this.#nextArrival())
      this.#ask(this.#next);
    if (this.#next) this.#after(this.#next.atMs - this.nowMs, ARRIVAL, { call: 0, detail: 0 });
  }

  #nextArrival(): Arrival | undefined {
    const next = this.#arrivals.next();
    return next.done ? undefined : next.value;
  }

  #ask({ application, calls }: Arrival): void {
    if (!this.#isMeasured && this.nowMs >= this.#options.scenario.measured.fromMs) this.#measure();
    const call = this.calls.length;
    for (let asked = 0; asked < calls; asked += 1)
      this.calls.push(newCall({ application, askedMs: this.nowMs, random: this.#comers }));
    const first = this.calls[call];
    if (first !== undefined && calls > 1) first.step = { until: call + calls, end: call + calls };
    if (this.#outside.size === 0 && this.#gateway.admits(this.nowMs)) this.#accept(call);
    else {
      this.turnedAway += 1;
      if (this.#outside.size === 0) this.#after(0, LET_IN, { call: 0, detail: 0 });
      this.#outside.push(call, this.nowMs);
    }
  }

  #letIn(): void {
    while (this.#outside.size > 0 && this.#gateway.admits(this.nowMs))
      for (const call of this.#outside.take(1)) this.#accept(call);
    if (this.#outside.size > 0) this.#after(0, LET_IN, { call: 0, detail: 0 });
  }

  #accept(call: number): void {
    const { step, fits } = this.#life.receive(call, this.nowMs);
    if (step === "acceptMany") for (let added = 0; added < fits; added += 1) this.ledger.step("add", this.nowMs);
    this.#atOnce("api", { step, message: { call, detail: 0 } }, step === "acceptMany" ? addingMs(fits) : 0);
  }

  #hear({ call: index, detail }: Message): void {
    const call = this.calls[index];
    const item = call?.journey.news[detail];
    if (call === undefined || item === undefined) return;
    const next = call.journey.news[detail + 1];
    if (next === undefined) call.overMs = this.nowMs;
    else this.#after(next.afterSeconds * 1000, NEWS, { call: index, detail: detail + 1 });
    this.#atOnce("webhooks", { step: hookOf(item.tells), message: { call: index, detail } });
  }

  #atOnce(name: "api" | "webhooks", { step, message }: Turn, moreMs = 0): void {
    const { nowMs } = this;
    const endMs = this.#durations.of(step) + moreMs;
    this.gauge.take(name);
    this.ledger.step(step, nowMs);
    this.ledger.request(name === "api" ? "apiRequests" : "webhooks", nowMs, endMs);
    this.#life.follow(step, message, { nowMs, endMs });
    this.#after(endMs, ANSWERED, { call: 0, detail: AT_ONCE.indexOf(name) });
  }

  #poll(): void {
    for (const queue of QUEUES) {
      const mapping = this.mappings[queue];
      for (let batch = mapping.takeBatch(this.nowMs); batch; batch = mapping.takeBatch(this.nowMs))
        this.#work(queue, batch);
    }
  }

  /** Messages of a batch, side by side. */
  #work(queue: QueueName, batch: readonly Message[]): void {
    const { nowMs } = this;
    let batchMs = 0;
    for (const message of batch) {
      let startMs = 0;
      for (const turn of this.#life.turns(queue, message, nowMs)) {
        const endMs = startMs + this.#durations.of(turn.step);
        batchMs = Math.max(batchMs, endMs);
        this.ledger.step(turn.step, nowMs);
        this.#life.follow(turn.step, turn.message, { nowMs, endMs });
        if (turn.step === "advance") startMs = endMs;
      }
    }
    this.receivers.endOfBatch();
    this.gauge.take("consumers");
    this.ledger.batch(queue, { nowMs, ms: batchMs, messages: batch.length });
    this.mappings[queue].tookMs(batchMs);
    this.#after(batchMs, BATCH_DONE, { call: batch.length, detail: QUEUES.indexOf(queue) });
  }

  #finish({ call: messages, detail }: Message): void {
    const queue = QUEUES[detail];
    if (queue !== undefined) this.mappings[queue].finish(messages);
    this.gauge.release("consumers");
  }

  #send(queue: QueueName, message: Message, delayMs: number): void {
    this.mappings[queue].hold();
    this.#after(delayMs, QUEUES.indexOf(queue), message);
  }

  #after(delayMs: number, kind: number, { call, detail }: Message): void {
    this.#calendar.after(delayMs, (call * DETAILS + detail) * KINDS + kind);
  }

  #measure(): void {
    this.#isMeasured = true;
    this.gauge.forget();
    for (const queue of QUEUES) this.mappings[queue].forget();
  }
}
