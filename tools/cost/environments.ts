import path from "node:path";
import type { Service } from "@promptcall/core/contracts/metrics";
import type { Log } from "@promptcall/functions/ports/log";
import { HANDLERS } from "@promptcall/simulation/cloud/handlers";
import type { Linked } from "@promptcall/simulation/cloud/linked";
import type { Wiring } from "@promptcall/simulation/cloud/wiring";
import type { Counter } from "./counter.ts";
import type { Timeline } from "./timeline.ts";
import { secondsOf } from "./usage.ts";

type On = ReturnType<(typeof HANDLERS)[string]["on"]>;

/** One process of a function: it remembers, and does one thing after the other. */
interface Environment {
  readonly on: On;
  readonly end: () => void;
  busyUntilMs: number;
}

interface Options {
  readonly wiring: Wiring;
  readonly timeline: Timeline;
  readonly counter: Counter;
  /** What a process that begins is linked to. */
  readonly linksOf: (given: { service: Service; log: Log }) => Linked;
}

/** The processes of all functions. */
export class Environments {
  readonly #options: Options;
  readonly #byFunction = new Map<string, Environment[]>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** In one that is idle, or else in a new one. */
  async invoke<Answer>(
    { name, messages }: { name: string; messages: number },
    run: (on: On) => Promise<Answer>,
  ): Promise<Answer> {
    const { wiring, timeline, counter } = this.#options;
    const fn = wiring.functions.get(name);
    if (fn === undefined) throw new RangeError(`there is no function ${name}`);
    const own = this.#byFunction.get(name) ?? [];
    this.#byFunction.set(name, own);
    const idle = own.find(({ busyUntilMs }) => busyUntilMs <= timeline.nowMs);
    const environment = idle ?? this.#begun(fn.handler);
    if (idle === undefined) own.push(environment);
    const of = { functionName: name, memoryMb: fn.memoryMb, messages };
    const { answer, invocation } = await counter.invocation(of, () => run(environment.on));
    environment.end();
    environment.busyUntilMs = timeline.nowMs + 1_000 * secondsOf(invocation);
    return answer;
  }

  #begun(handler: string): Environment {
    const service = path.basename(path.dirname(handler)) as Service;
    const { log, end } = this.#options.counter.logOf(service);
    const on = HANDLERS[handler]?.on(this.#options.linksOf({ service, log }));
    if (on === undefined) throw new RangeError(`there is no handler ${handler}`);
    return { on, end, busyUntilMs: 0 };
  }
}
