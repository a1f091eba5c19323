import { setTimeout } from "node:timers/promises";
import type { QueueSample } from "@promptcall/console/data/stream-data";
import type { Local } from "@promptcall/local/local";
import { lookInto, type QueueLook } from "@promptcall/local/sqs/inspect";
import type { Journal } from "./journal.ts";

/** The queues by the names that people have for them, and where their dead letters are. */
const QUEUES = [
  { name: "Dial", of: ["DialQueue"], deadLetters: "DialDeadLetters" },
  { name: "State", of: ["StateQueue"], deadLetters: "StateDeadLetters" },
  { name: "Timers", of: ["TimersQueue"], deadLetters: "TimersDeadLetters" },
  { name: "Callbacks", of: ["CallbacksQueue", "CallbackRetriesQueue"], deadLetters: "CallbacksDeadLetters" },
] as const;

const EVERY_MS = 1_000;

/** Looks at the queues once a second. */
export class Queues {
  readonly #local: Local;
  readonly #journal: Journal;
  readonly #stopping = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #told = "";

  constructor({ local, journal }: { local: Local; journal: Journal }) {
    this.#local = local;
    this.#journal = journal;
  }

  start(): void {
    this.#work = this.#look();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  async now(): Promise<QueueSample> {
    const look = (queue: string) => lookInto(String(this.#local.resource(queue).url));
    const queues = await Promise.all(
      QUEUES.map(async ({ name, of, deadLetters }) => {
        const [dead, all] = await Promise.all([look(deadLetters), Promise.all(of.map(look))]);
        const sum = (count: (one: QueueLook) => number) => all.reduce((so, one) => so + count(one), 0);
        return {
          name,
          waiting: sum(({ ready, delayed }) => ready + delayed),
          in_hand: sum(({ inFlight }) => inFlight),
          dead_letters: dead.ready + dead.delayed + dead.inFlight,
          ...timeOf(
            "oldest_at",
            all.map(({ oldestSentMs }) => oldestSentMs),
          ),
          ...timeOf(
            "due_at",
            all.map(({ firstReadyMs }) => firstReadyMs),
          ),
        };
      }),
    );
    return { at: new Date().toISOString(), queues };
  }

  async #look(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      // A second in which a queue does not answer is told of by the next one.
      const sample = await this.now().catch(() => undefined);
      const written = JSON.stringify(sample?.queues);
      if (sample !== undefined && written !== this.#told) this.#journal.publish({ event: "queue", data: sample });
      this.#told = written;
      await setTimeout(EVERY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}

/** The first of these times under this name, where there is one. */
function timeOf<Name extends string>(name: Name, times: readonly (number | undefined)[]): { [_ in Name]?: string } {
  const [first] = times.filter((time) => time !== undefined).toSorted((one, other) => one - other);
  return first === undefined ? {} : ({ [name]: new Date(first).toISOString() } as { [_ in Name]?: string });
}
