import type { Log } from "@promptcall/functions/ports/log";
import { measuresOf } from "@promptcall/functions/telemetry/measures";
import { FUNCTIONS, type Usage } from "../bench/cost/usage.ts";
import { NOTHING } from "../bench/rig/requested.ts";
import type { Invocations } from "../bench/rig/tally.ts";
import { sum } from "../bench/statistics.ts";

export interface Played extends Usage {
  /** Events that a rule has handed to a queue. */
  readonly deliveries: number;
}

/** Sent, received and deleted, each message by itself: the most it can be, since batches share the last two. */
const REQUESTS_PER_MESSAGE = 3;

/** The line of each unit of work, and the metrics in it where it is measured; Lambda's own lines are off. */
const LOG_BYTES = { line: 180, metrics: 200 };

/** Counts requests to AWS by the invocation that makes them. There is one at a time. */
export class Counter {
  readonly #invocations: Invocations[] = [];
  readonly #counted = { readUnits: 0, writeUnits: 0, events: 0, deliveries: 0 };
  readonly #log = { lines: 0, bytes: 0 };
  #effects: Record<string, number> = {};

  asked(effect: string): void {
    this.#effects[effect] = (this.#effects[effect] ?? 0) + 1;
  }

  add(more: Partial<Record<"readUnits" | "writeUnits" | "events" | "deliveries", number>>): void {
    for (const name of ["readUnits", "writeUnits", "events", "deliveries"] as const)
      this.#counted[name] += more[name] ?? 0;
  }

  async invocation<Answer>(of: Omit<Invocations, "effects" | "invocations">, run: () => Promise<Answer>) {
    this.#effects = {};
    const answer = await run();
    this.#invocations.push({ ...of, effects: this.#effects, invocations: 1 });
    return answer;
  }

  readonly log: Log = {
    info: (reported) => {
      this.#log.lines += 1;
      this.#log.bytes += LOG_BYTES.line + (Object.keys(measuresOf(reported)).length > 0 ? LOG_BYTES.metrics : 0);
    },
    failure: (event, error) => {
      throw new Error(`what is played must not fail: ${event}`, { cause: error });
    },
  };

  played(left: Pick<Played, "calls" | "keptBytes">): Played {
    const { events, deliveries, ...units } = this.#counted;
    const messages = sum(this.#invocations.map((of) => of.messages));
    const all = { ...NOTHING, operation: "", requests: 0 };
    return {
      ...left,
      apiRequests: this.#invocations.filter(({ functionName }) => functionName === FUNCTIONS.api).length,
      deliveries,
      tallied: {
        invocations: this.#invocations,
        log: this.#log,
        requests: [
          { ...all, service: "DynamoDB", ...units },
          { ...all, service: "SQS", requests: messages * REQUESTS_PER_MESSAGE },
          { ...all, service: "EventBridge", requests: events },
        ],
      },
    };
  }
}
