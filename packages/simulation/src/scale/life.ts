import { hopSeconds } from "@promptcall/core/later";
import { LONGEST_WAIT_SECONDS } from "@promptcall/core/messages";
import { stepOf } from "@promptcall/core/pace";
import type { Random } from "../random.ts";
import { BUS_MS } from "./assumptions.ts";
import { TICK_MS } from "./calendar.ts";
import type { CallOnItsWay } from "./calls.ts";
import { CarrierLimit } from "./limits.ts";
import type { StepName } from "./operations.ts";
import type { Paces } from "./paces.ts";
import type { FlowSettings, QueueName } from "./settings.ts";

/** What there is to do for a call, where its queue alone does not say. */
const ALONE = 0;
const BATCH = 1;
const DIAL_FAILED = 15;
const GIVEN_BACK = 0;
const DEADLINE = 1;
const SETTLE = 2;

export interface Message {
  readonly call: number;
  readonly detail: number;
}

/** One of the steps that a message turns out to be. */
export interface Turn {
  readonly step: StepName;
  readonly message: Message;
}

export interface LifeOptions {
  readonly calls: readonly CallOnItsWay[];
  readonly settings: FlowSettings;
  readonly applications: number;
  readonly random: Random;
  readonly send: (queue: QueueName, message: Message, delayMs: number) => void;
  /** The carrier tells an item of a call's news. */
  readonly tell: (call: number, item: number, delayMs: number) => void;
  readonly enter: (application: number) => void;
  readonly paces: Paces;
}

/** What the functions decide and what follows from it, in short: `packages/functions` has it in full. */
export class Life {
  readonly #options: LifeOptions;
  readonly #carrier: CarrierLimit;

  constructor(options: LifeOptions) {
    this.#options = options;
    const { settings, applications } = options;
    this.#carrier = new CarrierLimit({ perSecond: settings.carrierCallsPerSecond, applications });
  }

  /** Which step a request is, and how many of its calls have a place. */
  receive(index: number, nowMs: number): { step: "accept" | "acceptMany" | "refuse"; fits: number } {
    const call = this.#call({ call: index });
    const count = (call.step?.end ?? index + 1) - index;
    const { fits, fromMs, pace } = this.#reserve(call, { count, nowMs, acceptedMs: nowMs });
    for (let asked = index; asked < index + count; asked += 1) {
      const one = this.#call({ call: asked });
      if (asked < index + fits) one.acceptedMs = nowMs;
      else one.refused = true;
    }
    if (fits === 0) return { step: "refuse", fits };
    call.notBeforeMs = fromMs;
    if (call.step === undefined) return { step: "accept", fits };
    call.step = { until: index + Math.min(stepOf(pace).calls, fits), end: index + fits };
    return { step: "acceptMany", fits };
  }

  #reserve(call: CallOnItsWay, { count, nowMs, acceptedMs }: { count: number; nowMs: number; acceptedMs: number }) {
    const byMs = acceptedMs + LONGEST_WAIT_SECONDS * 1000;
    return this.#options.paces.reserve(call.application, { count, nowMs, byMs });
  }

  /** What a message turns out to be, now that a function works on it: of a batch, a step for each call, too. */
  turns(queue: QueueName, message: Message, nowMs: number): readonly Turn[] {
    const { notBeforeMs = 0, step } = this.#call(message);
    if (queue !== "dial" || message.detail === ALONE || step === undefined || notBeforeMs - nowMs > TICK_MS)
      return [{ step: this.#decide(queue, message, nowMs), message }];
    const { until, end } = step;
    const dials = Array.from({ length: until - message.call }, (_, index): Turn => {
      const call = message.call + index;
      return { step: this.#dial(this.#call({ call }), nowMs), message: { call, detail: ALONE } };
    });
    return until < end ? [{ step: "advance", message }, ...dials] : dials;
  }

  #decide(queue: QueueName, message: Message, nowMs: number): StepName {
    const call = this.#call(message);
    switch (queue) {
      case "dial":
        return (call.notBeforeMs ?? 0) - nowMs > TICK_MS ? "hop" : this.#dial(call, nowMs);
      case "state":
        return this.#fold(call, message.detail, nowMs);
      case "timers":
        return this.#fire(call, message.detail, nowMs);
      case "callbacks":
        this.#options.enter(call.application);
        return "deliver";
      case "callbackRetries":
        return "redeliver";
      default:
        return queue satisfies never;
    }
  }

  #dial(call: CallOnItsWay, nowMs: number): StepName {
    call.dials += 1;
    if (nowMs - (call.acceptedMs ?? 0) > LONGEST_WAIT_SECONDS * 1000) {
      call.expired = true;
      call.overMs = nowMs;
      return "expire";
    }
    if (!this.#carrier.admits(call.application, nowMs)) return "limited";
    call.dialedMs = nowMs;
    return "place";
  }

  #fold(call: CallOnItsWay, detail: number, nowMs: number): StepName {
    const step = detail === DIAL_FAILED ? "complete" : call.journey.news[detail - 1]?.folds;
    if (step === undefined) throw new RangeError(`the journey has no news ${detail - 1}`);
    if (call.completedMs !== undefined) return "fold";
    if (step === "complete") call.completedMs = nowMs;
    return step;
  }

  #fire(call: CallOnItsWay, detail: number, nowMs: number): StepName {
    if (call.completedMs !== undefined) return detail === SETTLE ? "superseded" : "deadline";
    if (detail === GIVEN_BACK) return "superseded";
    call.completedMs = nowMs;
    if (detail === SETTLE) return "settle";
    call.closedEarly = true;
    return "overdue";
  }

  /** What a step leads to, once it is done. */
  follow(step: StepName, message: Message, { nowMs, endMs }: { nowMs: number; endMs: number }): void {
    const { send, tell, settings, random, paces } = this.#options;
    const { call: index } = message;
    const call = this.#call(message);
    const queue = (name: QueueName, delayMs: number, detail = 0) => send(name, { call: index, detail }, delayMs);
    const dialInTime = (detail: number) => {
      const notBefore = new Date(call.notBeforeMs ?? 0);
      queue("dial", endMs + 1000 * hopSeconds({ now: new Date(nowMs + endMs), notBefore }), detail);
    };
    switch (step) {
      case "accept":
        dialInTime(ALONE);
        break;
      case "acceptMany":
        dialInTime(BATCH);
        break;
      case "hop":
        dialInTime(message.detail);
        break;
      case "advance":
        this.#advance(call, { nowMs, endMs });
        break;
      case "place":
        queue("timers", settings.deadlineSeconds * 1000, DEADLINE);
        tell(index, 0, endMs + 1000 * (call.journey.news[0]?.afterSeconds ?? 0));
        break;
      case "limited":
        queue("timers", settings.deadlineSeconds * 1000, GIVEN_BACK);
        paces.slow(call.application, nowMs);
        call.notBeforeMs = Math.max(
          nowMs + endMs + settings.retryDelaySeconds * 1000 * (1 + random.next()),
          this.#reserve(call, { count: 1, nowMs, acceptedMs: call.acceptedMs ?? 0 }).fromMs,
        );
        dialInTime(ALONE);
        break;
      case "expire":
        queue("timers", settings.deadlineSeconds * 1000, GIVEN_BACK);
        queue("state", endMs + BUS_MS, DIAL_FAILED);
        break;
      case "status":
      case "digits":
        queue("state", endMs + BUS_MS, message.detail + 1);
        break;
      case "end":
        queue("timers", endMs + settings.settleSeconds * 1000, SETTLE);
        break;
      case "complete":
      case "settle":
      case "overdue":
        queue("callbacks", endMs + BUS_MS);
        break;
      case "deliver":
      case "redeliver":
        call.deliveredMs = nowMs + endMs;
        break;
      case "add":
      case "refuse":
      case "unheard":
      case "fold":
      case "deadline":
      case "superseded":
        break;
      // Of receivers that are slow, and there are none.
      case "linger":
      case "giveUp":
      case "wait":
      case "divert":
        break;
      default:
        step satisfies never;
    }
  }

  /** The rest is on its way when half of this is done. */
  #advance({ application, step }: CallOnItsWay, { nowMs, endMs }: { nowMs: number; endMs: number }): void {
    if (step === undefined) return;
    const { until: call, end } = step;
    const { calls, seconds } = stepOf(this.#options.paces.read(application, nowMs));
    this.#call({ call }).step = { until: Math.min(call + calls, end), end };
    this.#options.send("dial", { call, detail: BATCH }, endMs / 2 + seconds * 1000);
  }

  #call({ call }: Pick<Message, "call">): CallOnItsWay {
    const found = this.#options.calls[call];
    if (found === undefined) throw new RangeError(`there is no call ${call}`);
    return found;
  }
}
