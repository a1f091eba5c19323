import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  FunctionCrashError,
  RecursiveInvocationError,
  RequestTooLargeError,
  ResponseTooLargeError,
  StoppedError,
} from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Concurrency } from "./concurrency.ts";
import { FunctionWorker, type FunctionWorkerOptions } from "./function-worker.ts";
import { chainOf } from "./lineage.ts";
import type { Crash } from "./worker-protocol.ts";

interface Invoked {
  /** The component's name. */
  functionName: string;
  event: unknown;
}

export interface InvocationReport extends Invoked {
  outcome: "succeeded" | "failed" | "crashed";
  /** What it asked of other services, in order: AWS operations by name, others as `POST http://host/path`. */
  effects: readonly string[];
}

/** For tests of what a crash leads to. */
export interface InvocationHooks {
  /** Asked before each invocation; whether its worker is to die in the middle of it, and where. */
  crashes?: ((invocation: Invoked) => Crash | undefined | Promise<Crash | undefined>) | undefined;
  /** Called for each invocation once it is over. */
  onInvocation?: ((report: InvocationReport) => void) | undefined;
}

/**
 * AWS would start a thousand. On one machine more threads than this only slow each other down: beside having to share the
 * processors, each makes its own code quick by itself.
 */
const MAXIMUM_WORKERS = Math.min(8, 2 * availableParallelism());

/** A deployed function: as many workers as there are events at the same time, kept warm afterwards. */
export class FunctionPool {
  readonly name: string;
  readonly #options: FunctionWorkerOptions;
  readonly #timeoutSeconds: number;
  readonly #concurrency: Concurrency;
  readonly #hooks: InvocationHooks;
  readonly #isRecursive: boolean;
  /** How many events it works on at the same time; more have to wait, as if they were worked on. */
  readonly limit = MAXIMUM_WORKERS;
  readonly #idle: FunctionWorker[] = [];
  readonly #all = new Set<FunctionWorker>();
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  #stopped = false;

  constructor(args: {
    options: FunctionWorkerOptions;
    timeoutSeconds: number;
    concurrency: Concurrency;
    isRecursive: boolean;
    hooks: InvocationHooks;
  }) {
    this.name = args.options.name;
    this.#options = args.options;
    this.#timeoutSeconds = args.timeoutSeconds;
    this.#concurrency = args.concurrency;
    this.#hooks = args.hooks;
    this.#isRecursive = args.isRecursive;
  }

  /** Loading the handler now keeps its import time out of the first call. */
  async warm(): Promise<void> {
    this.#idle.push(await this.#start());
  }

  /** Refuses without having begun what Lambda's own Invoke refuses. `traceHeaders` are those of what has led to it. */
  async invoke(event: unknown, { traceHeaders = [] }: { traceHeaders?: readonly string[] } = {}): Promise<unknown> {
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > LIMITS.lambda.requestBytes) throw new RequestTooLargeError();
    const traceHeader = this.#goOnWith(traceHeaders);
    const leave = this.#enter();
    try {
      return await this.#run({ event, payload, traceHeader });
    } finally {
      leave();
    }
  }

  /** The chain that the invocation belongs to. */
  #goOnWith(traceHeaders: readonly string[]): string {
    const { functionArn } = this.#options.settings;
    const { invocations, traceHeader } = chainOf({ traceHeaders, functionArn });
    if (this.#isRecursive || invocations <= LIMITS.lambda.invocationsInChain) return traceHeader;
    const error = new RecursiveInvocationError({ functionName: this.name, invocations });
    this.#notify(`The function "${this.name}" was not invoked: ${error.errorType}: ${error.message}`);
    throw error;
  }

  #enter(): () => void {
    try {
      return this.#concurrency.enter();
    } catch (error) {
      this.#notify(`The function "${this.name}" was throttled: ${String(error)}`);
      throw error;
    }
  }

  async #run(args: { event: unknown; payload: string; traceHeader: string }): Promise<unknown> {
    const { event, payload, traceHeader } = args;
    const worker = await this.#acquire();
    const requestId = randomUUID();
    const invoked = { functionName: this.name, event };
    let outcome: InvocationReport["outcome"] = "succeeded";
    try {
      const result = await worker.invoke({
        event: payload,
        requestId,
        timeoutSeconds: this.#timeoutSeconds,
        traceHeader,
        crash: await this.#hooks.crashes?.(invoked),
      });
      if (Buffer.byteLength(result) > LIMITS.lambda.responseBytes)
        throw new ResponseTooLargeError({ functionName: this.name });
      return JSON.parse(result);
    } catch (error) {
      outcome = error instanceof FunctionCrashError ? "crashed" : "failed";
      if (!this.#stopped) this.#report({ requestId, error });
      throw error;
    } finally {
      this.#release(worker);
      this.#hooks.onInvocation?.({ ...invoked, outcome, effects: worker.effects });
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const wake of this.#queue.splice(0)) wake();
    await Promise.all([...this.#all].map((worker) => worker.stop()));
  }

  async #acquire(): Promise<FunctionWorker> {
    while (this.#busy >= this.limit && !this.#stopped) {
      await new Promise<void>((wake) => this.#queue.push(wake));
    }
    if (this.#stopped) throw new StoppedError();
    this.#busy += 1;
    try {
      return this.#idleWorker() ?? (await this.#start());
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** A worker may have died after its last answer, by something it left running. */
  #idleWorker(): FunctionWorker | undefined {
    let worker = this.#idle.pop();
    while (worker && !worker.alive) {
      this.#all.delete(worker);
      worker = this.#idle.pop();
    }
    return worker;
  }

  async #start(): Promise<FunctionWorker> {
    const worker = new FunctionWorker(this.#options);
    this.#all.add(worker);
    try {
      await worker.ready();
      return worker;
    } catch (error) {
      this.#all.delete(worker);
      throw error;
    }
  }

  #release(worker: FunctionWorker): void {
    if (worker.alive) this.#idle.push(worker);
    else this.#all.delete(worker);
    this.#free();
  }

  #free(): void {
    this.#busy -= 1;
    this.#queue.shift()?.();
  }

  #report({ requestId, error }: { requestId: string; error: unknown }): void {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#notify(`${requestId} The function "${this.name}" failed: ${message}`);
  }

  #notify(line: string): void {
    this.#options.onLog({ functionName: this.name, line, stream: "stderr" });
  }
}
