import { LIMITS } from "./limits.ts";

/** Everything this package refuses, so that a run on one machine fails where a deployment would. */
export class LocalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Thrown when two components have the same name, a reserved one, or one AWS would refuse. */
export class ComponentNameError extends LocalError {}

/** Thrown when a stack uses a component that has no meaning here. */
export class UnsupportedComponentError extends LocalError {
  constructor({ component }: { component: string }) {
    super(`${component} has no local meaning: packages/local does not imitate it.`);
  }
}

/** Thrown when a stack passes an argument that has no meaning here; nothing is dropped silently. */
export class UnsupportedArgumentError extends LocalError {
  constructor({ component, argument }: { component: string; argument: string }) {
    super(`${component}: the argument "${argument}" has no local meaning: packages/local does not imitate it.`);
  }
}

/** Thrown when an argument's value is one that AWS or SST would refuse, or that is not imitated. */
export class InvalidArgumentError extends LocalError {
  constructor({ component, reason }: { component: string; reason: string }) {
    super(`${component}: ${reason}`);
  }
}

/** Thrown when a queue is given a second subscriber. */
export class QueueAlreadySubscribedError extends LocalError {
  constructor({ queue }: { queue: string }) {
    super(`Cannot subscribe to the "${queue}" queue multiple times. An SQS Queue can only have one subscriber.`);
  }
}

/** Thrown when a function may run longer than its queue hides the messages it works on. */
export class VisibilityTooShortError extends LocalError {
  constructor(args: { queue: string; functionName: string; visibilitySeconds: number; timeoutSeconds: number }) {
    super(
      `Queue visibility timeout: ${args.visibilitySeconds} seconds of "${args.queue}" is less than Function timeout: ` +
        `${args.timeoutSeconds} seconds of "${args.functionName}".`,
    );
  }
}

/** Thrown when the file a function's handler names is not there. */
export class HandlerNotFoundError extends LocalError {
  constructor({ functionName, handler }: { functionName: string; handler: string }) {
    super(`The handler "${handler}" of the function "${functionName}" was not found.`);
  }
}

/** Thrown when a handler cannot be bundled. */
export class BundleError extends LocalError {}

/** Thrown when a function fails while its module is loaded, before any invocation. */
export class FunctionInitError extends LocalError {}

/** An invocation that ended without a result; `errorType` is what Lambda would report. */
export class InvocationError extends LocalError {
  readonly errorType: string;
  readonly functionName: string;

  constructor(args: { functionName: string; errorType: string; errorMessage: string; stack?: string | undefined }) {
    super(args.errorMessage);
    this.functionName = args.functionName;
    this.errorType = args.errorType;
    if (args.stack !== undefined) this.stack = args.stack;
  }
}

/** The function was stopped because its time was up. */
export class FunctionTimeoutError extends InvocationError {
  constructor({ functionName, timeoutSeconds }: { functionName: string; timeoutSeconds: number }) {
    super({
      functionName,
      errorType: "Sandbox.Timedout",
      errorMessage: `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
    });
  }
}

/** The function's process ended, or was ended, in the middle of an invocation. */
export class FunctionCrashError extends InvocationError {}

/** Lambda's names for what an invocation would have exceeded. */
export type ThrottleReason = "ConcurrentInvocationLimitExceeded" | "ReservedFunctionConcurrentInvocationLimitExceeded";

/** Refused, and never begun: as many functions as may run are running. */
export class ThrottledError extends LocalError {
  readonly reason: ThrottleReason;

  constructor(reason: ThrottleReason) {
    super("Rate Exceeded.");
    this.reason = reason;
  }
}

/** Refused, and never begun: the event is more than Lambda takes. */
export class RequestTooLargeError extends LocalError {
  constructor() {
    super(`Request must be smaller than ${LIMITS.lambda.requestBytes} bytes for the InvokeFunction operation`);
  }
}

/** The function has done its work, and its answer is lost: it is more than Lambda carries. */
export class ResponseTooLargeError extends InvocationError {
  constructor({ functionName }: { functionName: string }) {
    super({
      functionName,
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: `Response payload size exceeded maximum allowed payload size (${LIMITS.lambda.responseBytes} bytes).`,
    });
  }
}

/** The invocation was refused: the function was invoked too often in one chain, and nothing says that this is meant. */
export class RecursiveInvocationError extends InvocationError {
  constructor({ functionName, invocations }: { functionName: string; invocations: number }) {
    super({
      functionName,
      errorType: "RecursiveInvocationException",
      errorMessage:
        `Lambda has detected your function being invoked in a recursive loop: it would be invocation ${invocations} ` +
        "in one chain (RecursiveInvocationsDropped).",
    });
  }
}

/** The gateway has stopped waiting; the function works on. */
export class GatewayTimeoutError extends LocalError {
  constructor() {
    super("The integration took longer than the gateway waits.");
  }
}

/** The run is over; nothing is invoked any more. */
export class StoppedError extends LocalError {
  constructor() {
    super("The local run has been stopped.");
  }
}

/** Thrown for an event pattern that EventBridge would refuse. */
export class InvalidEventPatternError extends LocalError {
  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
  }
}
