import { config } from "./lambda.ts";
import { queueInto, queueWithDeadLetters } from "./queues.ts";

export const table = new sst.aws.Dynamo("Calls", {
  fields: { pk: "string", sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  ttl: "expires_at",
  deletionProtection: config.production,
});

export const bus = new sst.aws.Bus("Bus");

export const dial = queueWithDeadLetters("Dial");
export const state = queueWithDeadLetters("State", { timeoutSeconds: config.timeoutSeconds.reducer });
export const timers = queueWithDeadLetters("Timers");
export const callbacks = queueWithDeadLetters("Callbacks");
export const callbackRetries = queueInto(callbacks.deadLetters, { name: "CallbackRetries" });

export const settings = new sst.Linkable("Settings", { properties: config.settings });

/** Each is 32 random bytes in base64url; one key per purpose, so that a function holds only what it needs. */
export const sealKey = new sst.Secret("SealKey");
export const pinKey = new sst.Secret("PinKey");
export const webhookKey = new sst.Secret("WebhookKey");
export const callbackKey = new sst.Secret("CallbackKey");

/**
 * Routes events from the bus to a queue. What the bus cannot deliver in a day goes to that queue's dead letters: the
 * same place, and so the same consumer, as what its function cannot handle.
 */
export function route({ name, to, detailTypes }: { name: string; to: typeof state; detailTypes: string[] }) {
  const subscriber = bus.subscribeQueue(name, to.queue, {
    pattern: { source: ["promptcall"], detailType: detailTypes },
    transform: {
      target: {
        deadLetterConfig: { arn: to.deadLetters.arn },
        retryPolicy: { maximumEventAgeInSeconds: 24 * 3600, maximumRetryAttempts: 185 },
      },
    },
  });
  new aws.sqs.QueuePolicy(`${name}DeadLettersPolicy`, {
    queueUrl: to.deadLetters.url,
    policy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: to.deadLetters.arn,
          Condition: { ArnEquals: { "aws:SourceArn": subscriber.nodes.rule.arn } },
        },
      ],
    }),
  });
}
