/** What a worker is told once, when it is made. */
export interface WorkerSettings {
  file: string;
  exportName: string;
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
}

/** Events and results cross as JSON, as they do in AWS: dates become text and functions vanish. */
export interface Invocation {
  event: string;
  requestId: string;
  deadline: number;
}

export interface Failure {
  errorType: string;
  errorMessage: string;
  stack: string | undefined;
}

export type Reply =
  | { type: "ready" }
  | ({ type: "initFailed" } & Failure)
  | { type: "succeeded"; result: string }
  | ({ type: "failed" } & Failure);
