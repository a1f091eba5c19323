import { compilePattern, type EventPattern, matches } from "@promptcall/local/bus/pattern";
import type { GraphRule } from "@promptcall/local/program/graph";
import { WiringError } from "../errors.ts";
import type { Faults } from "../world/faults.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Sqs } from "./sqs.ts";

export interface EventBusOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly rules: readonly GraphRule[];
  readonly queueNamed: (name: string) => Sqs;
  readonly onDamaged: (envelope: string) => void;
}

interface Route {
  readonly pattern: EventPattern;
  readonly queue: Sqs;
  readonly deadLetters: Sqs;
  /** How long the bus retries. */
  readonly longestMs: number;
}

const DAY_MS = 24 * 3_600_000;

/** Delivers events to the queues of matching rules: late, more than once, in any order, or to the dead letters. */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #routes: readonly Route[];

  constructor(options: EventBusOptions) {
    const { rules, queueNamed } = options;
    this.#options = options;
    this.#routes = rules
      .filter(({ enabled }) => enabled)
      .map(({ name, pattern, target }) => {
        if (target.deadLetters === undefined) throw new WiringError(`The rule ${name} has no dead letters.`);
        const { maximumEventAgeInSeconds = DAY_MS / 1000 } = target.retryPolicy ?? {};
        return {
          pattern: compilePattern(pattern),
          queue: queueNamed(target.queue),
          deadLetters: queueNamed(target.deadLetters),
          longestMs: maximumEventAgeInSeconds * 1000,
        };
      });
  }

  put(envelope: string): void {
    const event = JSON.parse(envelope);
    for (const route of this.#routes) if (matches({ pattern: route.pattern, event })) this.#deliver(envelope, route);
  }

  #deliver(body: string, { queue, deadLetters, longestMs }: Route): void {
    const { scheduler, faults, onDamaged } = this.#options;
    const { random } = scheduler;
    const copies = random.chance(faults.duplicateEvent) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (random.chance(faults.undeliveredEvent)) {
        onDamaged(body);
        // Either the target refuses the event at once, or retries fail for as long as the rule allows.
        scheduler.after(random.pick([1_000, longestMs]), () => deadLetters.put({ body }));
        continue;
      }
      const afterMs = random.chance(faults.lateEvent)
        ? random.between(1_000, 60_000)
        : scheduler.durations.delivered(random);
      scheduler.after(afterMs, () => queue.put({ body }));
    }
  }
}
