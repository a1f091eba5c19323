import { alarmsOf, metricsOf } from "../alarms.ts";
import type { Cloud, Queue } from "../cloud.ts";
import type { Policy } from "./policy.ts";

const FOURTEEN_DAYS_SECONDS = 14 * 24 * 3600;

/**
 * Lambda may wait so long for a batch of a quiet queue, however short the window is
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). Messages are hidden from when they join the batch.
 */
const QUIET_QUEUE_SECONDS = 20;

/** What an account may run at once unless more was asked for; a tenth is left to functions that no queue feeds. */
const ACCOUNT_CONCURRENCY = 1_000;
const FOR_OTHERS = ACCOUNT_CONCURRENCY / 10;

function deadLettersOf({ queues, targets }: Cloud): Queue[] {
  const arns = new Set([
    ...queues.map(({ redrive }) => redrive?.deadLetterArn),
    ...targets.map(({ deadLetters }) => deadLetters?.arn),
  ]);
  return queues.filter(({ arn }) => arns.has(arn));
}

export const messagePolicies: readonly Policy[] = [
  {
    name: "a queue has dead letters, or is one for others",
    violations: (cloud) => {
      const deadLetters = deadLettersOf(cloud);
      return cloud.queues
        .filter((queue) => queue.redrive === undefined && !deadLetters.includes(queue))
        .map(({ name }) => `${name} loses what cannot be handled`);
    },
  },
  {
    name: "dead letters are kept for fourteen days",
    violations: (cloud) =>
      deadLettersOf(cloud)
        .filter(({ messageRetentionSeconds }) => messageRetentionSeconds < FOURTEEN_DAYS_SECONDS)
        .map(({ name, messageRetentionSeconds }) => `${name} keeps them for ${messageRetentionSeconds} s`),
  },
  {
    name: "dead letters raise an alarm that somebody hears",
    violations: (cloud) =>
      deadLettersOf(cloud)
        .filter(
          ({ arn }) =>
            !alarmsOf(cloud.graph).some(
              (alarm) =>
                metricsOf(alarm).some(({ dimensions }) => dimensions?.QueueName === arn.split(":").at(-1)) &&
                ((alarm.inputs.alarmActions ?? []) as string[]).length > 0,
            ),
        )
        .map(({ name }) => `${name} fills up and nobody is told`),
  },
  {
    name: "dead letters come from the queues they belong to, and from no other",
    violations: ({ queues }) =>
      queues.flatMap((queue) => {
        const sources = queues.filter(({ redrive }) => redrive?.deadLetterArn === queue.arn).map(({ arn }) => arn);
        if (sources.length === 0) return [];
        if (queue.sourceArns === undefined) return [`${queue.name} takes them from every queue`];
        return queue.sourceArns.toSorted().join() === sources.toSorted().join()
          ? []
          : [`${queue.name} takes them from ${queue.sourceArns.join(", ")}`];
      }),
  },
  {
    name: "a message is hidden for six timeouts of its function, and for as long as Lambda may gather a batch",
    violations: ({ mappings }) =>
      mappings.flatMap(({ queue, function: fn, batchingWindowSeconds }) => {
        const gatheringSeconds = batchingWindowSeconds > 0 ? batchingWindowSeconds + QUIET_QUEUE_SECONDS : 0;
        const neededSeconds = 6 * (fn?.timeoutSeconds ?? Number.NaN) + gatheringSeconds;
        const isLong = (queue?.visibilityTimeoutSeconds ?? 0) >= neededSeconds;
        return isLong ? [] : [`${queue?.name} hides it for ${queue?.visibilityTimeoutSeconds} s of ${neededSeconds} s`];
      }),
  },
  {
    name: "a failed message fails alone",
    violations: ({ mappings }) =>
      mappings
        .filter(({ partialResponses }) => !partialResponses)
        .map(({ queue }) => `${queue?.name} fails whole batches`),
  },
  {
    name: "consumers together leave the account room",
    violations: ({ functions, mappings }) => {
      const unlimited = mappings.filter(({ maximumConcurrency }) => maximumConcurrency === undefined);
      const reserved = functions.reduce((total, { reservedConcurrency = 0 }) => total + reservedConcurrency, 0);
      const sum = mappings
        .filter((mapping) => mapping.function?.reservedConcurrency === undefined)
        .reduce((total, { maximumConcurrency = 0 }) => total + maximumConcurrency, reserved);
      return [
        ...unlimited.map(({ queue }) => `${queue?.name} has no maximum`),
        ...(sum > ACCOUNT_CONCURRENCY - FOR_OTHERS ? [`consumers may run, and reservations hold, ${sum} at once`] : []),
      ];
    },
  },
  {
    // Lambda throttles what a queue takes beyond it. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    name: "what is reserved for a function is enough for its queues",
    violations: ({ functions, mappings }) =>
      functions.flatMap(({ name, arn, reservedConcurrency }) => {
        const queues = mappings.filter((mapping) => mapping.function?.arn === arn);
        const most = queues.reduce((sum, { maximumConcurrency = 0 }) => sum + maximumConcurrency, 0);
        const isEnough = reservedConcurrency === undefined || reservedConcurrency >= most;
        return isEnough ? [] : [`${name} has ${reservedConcurrency} of ${most}`];
      }),
  },
  {
    name: "what a rule cannot deliver is retried, and then kept",
    violations: ({ targets }) =>
      targets.flatMap(({ rule, deadLetters, retryPolicy }) => [
        ...(deadLetters ? [] : [`${rule} has no dead letters`]),
        ...(retryPolicy?.maximumEventAgeInSeconds && retryPolicy.maximumRetryAttempts
          ? []
          : [`${rule} has no retry policy`]),
      ]),
  },
];
