import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import { Sqs } from "./sqs.ts";
import type { World } from "./world.ts";

export const FUNCTION_TIMEOUT_SECONDS = 30;
export const REDUCER_TIMEOUT_SECONDS = 2;
const MAX_RECEIVES = 5;

export interface QueueWithDeadLetters {
  readonly queue: Sqs;
  readonly deadLetters: Sqs;
}

export type Queues = ReturnType<typeof startQueues>;

/** The queues of the stacks, with their visibility and their dead letters. */
export function startQueues({ world, faults, history }: { world: World; faults: Faults; history: History }) {
  const onMessage = (body: string) => history.sent(body);
  const visibilityOf = (timeoutSeconds: number) => ({ world, faults, visibilitySeconds: 6 * timeoutSeconds });
  const deadLettersOf = (name: string) =>
    new Sqs({ name: `${name} dead letters`, ...visibilityOf(FUNCTION_TIMEOUT_SECONDS) });

  function withDeadLetters(
    name: string,
    { timeoutSeconds = FUNCTION_TIMEOUT_SECONDS, into = deadLettersOf(name) } = {},
  ): QueueWithDeadLetters {
    const deadLetters = { queue: into, afterReceives: MAX_RECEIVES };
    return { queue: new Sqs({ name, ...visibilityOf(timeoutSeconds), deadLetters, onMessage }), deadLetters: into };
  }

  const callbacks = withDeadLetters("callbacks");
  return {
    dial: withDeadLetters("dial"),
    state: withDeadLetters("state", { timeoutSeconds: REDUCER_TIMEOUT_SECONDS }),
    timers: withDeadLetters("timers"),
    callbacks,
    retries: withDeadLetters("callback retries", { into: callbacks.deadLetters }),
  };
}
