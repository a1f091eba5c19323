import type { Service } from "@promptcall/core/contracts/metrics";
import type { Log } from "@promptcall/functions/ports/log";
import { log as linesOf } from "@promptcall/functions/telemetry/log";
import { measuresOf } from "@promptcall/functions/telemetry/measures";
import { metrics as metricsOf } from "@promptcall/functions/telemetry/metrics";
import type { Invocation, Usage } from "./usage.ts";

type Counts = Pick<Usage, "readUnits" | "writeUnits" | "events" | "deliveries">;

/** Counts what is asked of AWS, by the invocation that asks. There is one at a time. */
export class Counter {
  readonly #invocations: Invocation[] = [];
  readonly #counts = { readUnits: 0, writeUnits: 0, events: 0, deliveries: 0 };
  #logBytes = 0;
  #effects: Record<string, number> = {};

  asked(effect: string): void {
    this.#effects[effect] = this.times(effect) + 1;
  }

  /** How often this invocation has asked for it. */
  times(effect: string): number {
    return this.#effects[effect] ?? 0;
  }

  add(more: Partial<Counts>): void {
    for (const [name, count] of Object.entries(more)) this.#counts[name as keyof Counts] += count;
  }

  async invocation<Answer>(of: Omit<Invocation, "effects">, run: () => Promise<Answer>) {
    const answer = await run();
    const invocation = { ...of, effects: this.#effects };
    this.#invocations.push(invocation);
    // What comes after it is no part of it.
    this.#effects = {};
    return { answer, invocation };
  }

  /** The lines of a function, each at its length; the metrics of an invocation are in its last. Lambda's own are off. */
  logOf(service: Service): { log: Log; end: () => void } {
    const metrics = metricsOf({ service, stage: "production" });
    let held: object | undefined;
    const release = (more?: object) => {
      if (held !== undefined) this.#logBytes += Buffer.byteLength(JSON.stringify({ ...held, ...more })) + 1;
      held = undefined;
    };
    const lines = linesOf(service, (line) => {
      release();
      held = line;
    });
    return {
      log: {
        info(record) {
          lines.info(record);
          metrics.add(measuresOf(record));
        },
        failure(event, error) {
          throw new Error(`what is played must not fail: ${event}`, { cause: error });
        },
      },
      end: () => release(metrics.flush()[0]),
    };
  }

  usage(left: Pick<Usage, "calls" | "keptBytes">): Usage {
    return { ...left, ...this.#counts, invocations: this.#invocations, logBytes: this.#logBytes };
  }
}
