import { config } from "./lambda.ts";

/** AWS asks for a visibility of six function timeouts, so that a throttled batch is not handed out twice. */
const visibility = (timeoutSeconds: number) => `${6 * timeoutSeconds} seconds` as const;

const longestRetention = { messageRetentionSeconds: 14 * 24 * 3600 };

type Queue = InstanceType<typeof sst.aws.Queue>;

/** A queue whose messages, after five failures, go to a dead-letter queue of its own. */
export function queueWithDeadLetters(name: string, { timeoutSeconds = config.timeoutSeconds.consumer } = {}) {
  const deadLetters = new sst.aws.Queue(`${name}DeadLetters`, {
    visibilityTimeout: visibility(config.timeoutSeconds.consumer),
    transform: { queue: longestRetention },
  });
  return { queue: queueInto(deadLetters, { name, timeoutSeconds }), deadLetters };
}

/** A queue whose messages, after five failures, go to dead letters that there are already. */
export function queueInto(
  deadLetters: Queue,
  { name, timeoutSeconds = config.timeoutSeconds.consumer }: { name: string; timeoutSeconds?: number },
) {
  return new sst.aws.Queue(`${name}Queue`, {
    visibilityTimeout: visibility(timeoutSeconds),
    dlq: { queue: deadLetters.arn, retry: 5 },
    transform: { queue: longestRetention },
  });
}
