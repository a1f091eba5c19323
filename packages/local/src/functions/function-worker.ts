import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import {
  FunctionCrashError,
  FunctionInitError,
  FunctionTimeoutError,
  InvocationError,
  StoppedError,
} from "../errors.ts";
import type { Crash, Invocation, Reply, WorkerSettings } from "./worker-protocol.ts";

/**
 * V8 begins a heap with one megabyte for what is new, and collects garbage again and again while a module loads: a fifth of
 * what a function takes to start. A thread has no flags of its own, and each heap that is made from here on has this one.
 */
setFlagsFromString("--min-semi-space-size=8");

export interface LogLine {
  functionName: string;
  line: string;
  stream: "stdout" | "stderr";
  /** When the invocation began that wrote it. */
  invokedAtMs?: number;
}

export interface FunctionWorkerOptions {
  /** The component's name, for messages to people. */
  name: string;
  /** The file that it runs (`worker-bootstrap.ts`). */
  bootstrap: string;
  settings: WorkerSettings;
  environment: Record<string, string>;
  onLog: (line: LogLine) => void;
}

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

/** One Lambda sandbox: a thread that has loaded the handler and works on one event at a time. */
export class FunctionWorker {
  readonly #options: FunctionWorkerOptions;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #waiting: Waiting | undefined;
  #alive = true;
  #effects: readonly string[] = [];
  #invokedAtMs: number | undefined;
  #uncaught: Error | undefined;
  #reason: Error | undefined;

  constructor(options: FunctionWorkerOptions) {
    this.#options = options;
    this.#worker = new Worker(options.bootstrap, {
      env: options.environment,
      workerData: options.settings,
      stdout: true,
      stderr: true,
      execArgv: [],
      // What a debugger calls the thread.
      name: options.name,
      resourceLimits: { maxOldGenerationSizeMb: options.settings.memoryMb },
    });
    this.#forwardLogs();
    this.#worker.on("message", (reply: Reply) => this.#waiting?.resolve(reply));
    this.#worker.on("error", (error: unknown) => {
      this.#uncaught = error instanceof Error ? error : new Error(String(error));
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#alive = false;
        this.#waiting?.reject(this.#reason ?? this.#crash(code));
        resolve();
      });
    });
  }

  /** Resolves when the handler's module is loaded: what AWS calls the init phase, and limits in the same way. */
  async ready(): Promise<void> {
    const { name } = this.#options;
    const timer = setTimeout(() => {
      this.#end(initError({ name, message: `its module was not loaded within ${INIT_SECONDS} seconds` }));
    }, INIT_SECONDS * 1_000);
    try {
      const reply = await this.#nextReply();
      if (reply.type === "initFailed") throw initError({ name, message: reply.errorMessage });
    } catch (error) {
      await this.stop();
      if (error instanceof FunctionInitError || error instanceof StoppedError) throw error;
      throw initError({ name, message: String(error), cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** The requests of the last invocation to other services, as far as known. */
  get effects(): readonly string[] {
    return this.#effects;
  }

  /** Resolves with the result's JSON. A worker that timed out or crashed is no longer alive afterwards. */
  async invoke(args: {
    event: string;
    requestId: string;
    timeoutSeconds: number;
    traceHeader: string;
    crash: Crash | undefined;
  }): Promise<string> {
    const { name } = this.#options;
    this.#effects = [];
    this.#invokedAtMs = Date.now();
    const timeoutMs = args.timeoutSeconds * 1_000;
    const onTimeout = () =>
      this.#end(new FunctionTimeoutError({ functionName: name, timeoutSeconds: args.timeoutSeconds }));
    const timer = Number.isFinite(timeoutMs) ? setTimeout(onTimeout, timeoutMs) : undefined;
    try {
      const answer = this.#nextReply();
      const invocation: Invocation = {
        event: args.event,
        requestId: args.requestId,
        deadline: Date.now() + timeoutMs,
        traceHeader: args.traceHeader,
        crash: args.crash,
      };
      this.#worker.postMessage(invocation);
      const reply = await answer;
      if ("effects" in reply) this.#effects = reply.effects;
      switch (reply.type) {
        case "succeeded":
          return reply.result;
        case "failed":
        case "initFailed":
          throw new InvocationError({ functionName: name, ...reply });
        case "died":
          await this.#ended;
          throw this.#crash(1);
        case "ready":
          throw new FunctionCrashError({ functionName: name, ...CRASHED });
        default:
          return reply satisfies never;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    this.#end(new StoppedError());
    await this.#ended;
  }

  #end(reason: Error): void {
    this.#reason ??= reason;
    this.#alive = false;
    void this.#worker.terminate();
  }

  async #nextReply(): Promise<Reply> {
    if (this.#reason) throw this.#reason;
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    } finally {
      this.#waiting = undefined;
    }
  }

  #crash(code: number): FunctionCrashError {
    const error = this.#uncaught;
    return new FunctionCrashError({
      functionName: this.#options.name,
      errorType: error ? error.name : CRASHED.errorType,
      errorMessage: error ? error.message : `Runtime exited with error: exit status ${code}`,
      stack: error?.stack,
    });
  }

  #forwardLogs(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const lines = createInterface({ input: this.#worker[stream], crlfDelay: Number.POSITIVE_INFINITY });
      lines.on("line", (line) => {
        const invokedAtMs = this.#invokedAtMs;
        const began = invokedAtMs !== undefined && { invokedAtMs };
        this.#options.onLog({ functionName: this.#options.name, line, stream, ...began });
      });
    }
  }
}

const INIT_SECONDS = 10;

const CRASHED = { errorType: "Runtime.ExitError", errorMessage: "Runtime exited without providing a reason" };

function initError(args: { name: string; message: string; cause?: unknown }): FunctionInitError {
  return new FunctionInitError(`The function "${args.name}" failed to start: ${args.message}`, { cause: args.cause });
}
