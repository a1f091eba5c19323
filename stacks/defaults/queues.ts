import { LONGEST_IN_QUEUE_SECONDS } from "@promptcall/core/contracts/hop";
import { config } from "./functions.ts";

/** AWS asks for a visibility of six function timeouts, so that a throttled batch is not handed out twice. */
const visibility = (timeoutSeconds: number) => `${6 * timeoutSeconds} seconds` as const;

const queueDefaults = { messageRetentionSeconds: LONGEST_IN_QUEUE_SECONDS, sqsManagedSseEnabled: true };

type Queue = InstanceType<typeof sst.aws.Queue>;

export function deadLettersOf(name: string): Queue {
  return new sst.aws.Queue(`${name}DeadLetters`, {
    visibilityTimeout: visibility(config.timeoutSeconds.consumer),
    transform: { queue: queueDefaults },
  });
}

/** A queue whose messages, after five failures, go to these dead letters. */
export function queueInto(
  deadLetters: Queue,
  { name, timeoutSeconds = config.timeoutSeconds.consumer }: { name: string; timeoutSeconds?: number },
): Queue {
  return new sst.aws.Queue(`${name}Queue`, {
    visibilityTimeout: visibility(timeoutSeconds),
    dlq: { queue: deadLetters.arn, retry: 5 },
    transform: { queue: queueDefaults },
  });
}

/** Dead letters are taken from these queues, and from no other. */
export function takeOnlyFrom(queues: readonly Queue[], { name, deadLetters }: { name: string; deadLetters: Queue }) {
  new aws.sqs.RedriveAllowPolicy(`${name}DeadLettersSources`, {
    queueUrl: deadLetters.url,
    redriveAllowPolicy: $jsonStringify({
      redrivePermission: "byQueue",
      sourceQueueArns: queues.map(({ arn }) => arn),
    }),
  });
}

/** A queue with dead letters of its own. */
export function queueWithDeadLetters(name: string, options: { timeoutSeconds?: number } = {}) {
  const deadLetters = deadLettersOf(name);
  const queue = queueInto(deadLetters, { name, ...options });
  takeOnlyFrom([queue], { name, deadLetters });
  return { queue, deadLetters };
}

export type QueueWithDeadLetters = ReturnType<typeof queueWithDeadLetters>;
