import { InvalidArgumentError, ThrottledError, type ThrottleReason } from "../errors.ts";
import { LIMITS } from "../limits.ts";

/** How many invocations may be under way at once, of one function or of all that share the account's rest. */
export class Concurrency {
  readonly #limit: number;
  readonly #reason: ThrottleReason;
  #busy = 0;

  constructor({ limit, reason }: { limit: number; reason: ThrottleReason }) {
    this.#limit = limit;
    this.#reason = reason;
  }

  /** Gives back how to leave. Throws when everything is taken: nothing waits in AWS. */
  enter(): () => void {
    if (this.#busy >= this.#limit) throw new ThrottledError(this.#reason);
    this.#busy += 1;
    return () => {
      this.#busy -= 1;
    };
  }
}

/** What a function has reserved is its own and its limit; all others share what is left of the account's. */
export function concurrencyOf(args: {
  accountConcurrency: number;
  functions: readonly { name: string; reserved: number | undefined }[];
}): (functionName: string) => Concurrency {
  const { accountConcurrency, functions } = args;
  let left = accountConcurrency;
  const own = new Map<string, Concurrency>();
  for (const { name, reserved } of functions) {
    if (reserved === undefined) continue;
    left -= reserved;
    refuseBelowMinimum({ name, left, accountConcurrency });
    own.set(name, new Concurrency({ limit: reserved, reason: "ReservedFunctionConcurrentInvocationLimitExceeded" }));
  }
  const shared = new Concurrency({ limit: left, reason: "ConcurrentInvocationLimitExceeded" });
  return (functionName) => own.get(functionName) ?? shared;
}

function refuseBelowMinimum(args: { name: string; left: number; accountConcurrency: number }): void {
  const minimum = Math.min(LIMITS.lambda.unreservedConcurrency, args.accountConcurrency);
  if (args.left >= minimum) return;
  throw new InvalidArgumentError({
    component: `sst.aws.Function "${args.name}"`,
    reason:
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its " +
      `minimum value of [${minimum}].`,
  });
}
