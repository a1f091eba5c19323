import type { GraphRule } from "@promptcall/local/graph";
import { compilePattern, type EventPattern, matches } from "@promptcall/local/pattern";
import { WiringError } from "./errors.ts";
import type { Faults } from "./faults.ts";
import type { Sqs } from "./sqs.ts";
import type { World } from "./world.ts";

export interface EventBusOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly rules: readonly GraphRule[];
  readonly queueNamed: (name: string) => Sqs;
  readonly onSpoilt: (envelope: string) => void;
}

interface Route {
  readonly pattern: EventPattern;
  readonly queue: Sqs;
  readonly deadLetters: Sqs;
  /** For how long the bus tries. */
  readonly longestMs: number;
}

const DAY_MS = 24 * 3_600_000;

/** Hands events to the queues whose rules they match: late, more than once, in any order, or to the dead letters. */
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
    const { world, faults, onSpoilt } = this.#options;
    const { random } = world;
    const copies = random.chance(faults.duplicateEvent) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (random.chance(faults.undeliveredEvent)) {
        onSpoilt(body);
        // What may not be delivered at all is dead at once; what fails is tried again for as long as the rule says.
        world.after(random.pick([1_000, longestMs]), () => deadLetters.put({ body }));
        continue;
      }
      const afterMs = random.chance(faults.lateEvent) ? random.between(1_000, 60_000) : random.between(5, 300);
      world.after(afterMs, () => queue.put({ body }));
    }
  }
}
