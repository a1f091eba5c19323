/** The settings of a worker. */
export interface WorkerSettings {
  file: string;
  exportName: string;
  handler: string;
  functionName: string;
  functionArn: string;
  /** The component's name, for messages to people. */
  name: string;
  /** What it may do to AWS, as IAM writes actions. */
  actions: readonly string[];
  memoryMb: number;
  /** Whether requests to other services are counted, and a worker can be made to die at one. */
  watchesEffects: boolean;
  clockAheadMs: number;
}

/** A death in the middle of an invocation, as by a timeout or a crash: at its nth request to another service, from 1. */
export interface Crash {
  effect: number;
  /** `before`: the request never leaves. `after`: the service has answered, and the code that asked never hears of it. */
  moment: "before" | "after";
}

/** Events and results cross as JSON, as they do in AWS: dates become text and functions vanish. */
export interface Invocation {
  event: string;
  requestId: string;
  deadline: number;
  /** For the SDK to send on. */
  traceHeader: string;
  crash: Crash | undefined;
}

/** What the invocation asked of other services, in order; nothing unless that is watched. */
export interface Effects {
  effects: readonly string[];
}

export interface Failure {
  errorType: string;
  errorMessage: string;
  stack: string | undefined;
}

export type Reply =
  | { type: "ready" }
  | ({ type: "initFailed" } & Failure)
  | ({ type: "succeeded"; result: string } & Effects)
  | ({ type: "failed" } & Failure & Effects)
  /** The last message of a worker that was to crash. */
  | ({ type: "died" } & Effects);
