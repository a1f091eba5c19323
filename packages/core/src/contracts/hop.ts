/** The longest SQS delays a message. */
export const LONGEST_HOP_SECONDS = 900;

/** The delay of the next hop towards `notBefore`: whole seconds, rounded up so that the message is never early. */
export function hopSeconds({ now, notBefore }: { now: Date; notBefore: Date }): number {
  const leftSeconds = Math.ceil((notBefore.getTime() - now.getTime()) / 1000);
  return Math.min(Math.max(leftSeconds, 0), LONGEST_HOP_SECONDS);
}

/**
 * The longest that a queue keeps a message, and so a parked result
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
 */
export const LONGEST_IN_QUEUE_SECONDS = 14 * 24 * 3_600;
