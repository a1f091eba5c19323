import { LONGEST_WAIT_SECONDS } from "@promptcall/core/messages";
import type { Random } from "../random.ts";
import { BUS_MS } from "./assumptions.ts";
import type { CallOnItsWay } from "./calls.ts";
import { CarrierLimit } from "./limits.ts";
import type { StepName } from "./operations.ts";
import type { Entered } from "./places.ts";
import type { FlowSettings, QueueName } from "./settings.ts";

/** What there is to do for a call, where its queue alone does not say. */
const DIALED = 0;
const DIAL_FAILED = 15;
const GIVEN_BACK = 0;
const DEADLINE = 1;
const SETTLE = 2;

/** Looks again for a place with a receiver that has none. */
const BUSY_MS = 1_000;

export interface Message {
  readonly call: number;
  readonly detail: number;
}

export interface LifeOptions {
  readonly calls: readonly CallOnItsWay[];
  readonly settings: FlowSettings;
  readonly applications: number;
  readonly random: Random;
  readonly send: (queue: QueueName, message: Message, delayMs: number) => void;
  /** The carrier tells an item of a call's news. */
  readonly tell: (call: number, item: number, delayMs: number) => void;
  readonly enter: (application: number) => Entered;
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

  /** Which step a message turns out to be, now that a function works on it. */
  decide(queue: QueueName, message: Message, nowMs: number): StepName {
    const call = this.#call(message);
    switch (queue) {
      case "dial":
        return this.#dial(call, nowMs);
      case "state":
        return this.#fold(call, message.detail, nowMs);
      case "timers":
        return this.#fire(call, message.detail, nowMs);
      case "callbacks": {
        const entered = this.#options.enter(call.application);
        return entered === "place" ? "deliver" : entered === "busy" ? "wait" : "divert";
      }
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
    const step =
      detail === DIALED ? "fold" : detail === DIAL_FAILED ? "complete" : call.journey.news[detail - 1]?.folds;
    if (step === undefined) throw new RangeError(`the journey has no news ${detail - 1}`);
    if (call.completedMs !== undefined) return step === "skip" ? "skip" : "fold";
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
    const { send, tell, settings, random } = this.#options;
    const { call: index } = message;
    const call = this.#call(message);
    const queue = (name: QueueName, delayMs: number, detail = 0) => send(name, { call: index, detail }, delayMs);
    switch (step) {
      case "accept":
        call.acceptedMs = nowMs + endMs;
        queue("dial", endMs);
        break;
      case "place":
        queue("timers", settings.deadlineSeconds * 1000, DEADLINE);
        queue("state", endMs + BUS_MS, DIALED);
        tell(index, 0, endMs + 1000 * (call.journey.news[0]?.afterSeconds ?? 0));
        break;
      case "limited":
        queue("timers", settings.deadlineSeconds * 1000, GIVEN_BACK);
        queue("dial", endMs + settings.retryDelaySeconds * 1000 * (1 + random.next()));
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
      case "wait":
        queue("callbacks", endMs + BUSY_MS);
        break;
      case "divert":
        queue("callbackRetries", endMs);
        break;
      case "deliver":
      case "redeliver":
        call.deliveredMs = nowMs + endMs;
        break;
      case "fold":
      case "skip":
      case "deadline":
      case "superseded":
        break;
      default:
        step satisfies never;
    }
  }

  #call({ call }: Message): CallOnItsWay {
    const found = this.#options.calls[call];
    if (found === undefined) throw new RangeError(`there is no call ${call}`);
    return found;
  }
}
