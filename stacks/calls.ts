import "./keeping.ts";
import "./permissions.ts";
import { config } from "./lambda.ts";
import { deadLettersOf, queueInto, queueWithDeadLetters, takeOnlyFrom } from "./queues.ts";
import type { SECRETS } from "./secrets.ts";

export const table = new sst.aws.Dynamo("Calls", {
  fields: { pk: "string", sk: "string", list: "string", at: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  // What is in a list: so far the completed calls of a batch, by time. Keys alone, so that 10,000 are few to read.
  globalIndexes: { by_application: { hashKey: "list", rangeKey: "at", projection: "keys-only" } },
  ttl: "expires_at",
  deletionProtection: config.production,
});

export const bus = new sst.aws.Bus("Bus");

export const dial = queueWithDeadLetters("Dial", { timeoutSeconds: config.timeoutSeconds.dialer });
export const state = queueWithDeadLetters("State", { timeoutSeconds: config.timeoutSeconds.reducer });
export const timers = queueWithDeadLetters("Timers");

const parked = deadLettersOf("Callbacks");
export const callbacks = { queue: queueInto(parked, { name: "Callbacks" }), deadLetters: parked };
export const callbackRetries = queueInto(parked, { name: "CallbackRetries" });
takeOnlyFrom([callbacks.queue, callbackRetries], { name: "Callbacks", deadLetters: parked });

export const settings = new sst.Linkable("Settings", { properties: config.settings });

/**
 * Each lists keys of 32 random bytes in base64url, the current one first. One secret per purpose, so that a function
 * holds only what it needs.
 */
const secret = (name: (typeof SECRETS)[number]) => new sst.Secret(name);
export const sealKey = secret("SealKey");
export const pinKey = secret("PinKey");
export const webhookKey = secret("WebhookKey");
export const statusKey = secret("StatusKey");
export const callbackKey = secret("CallbackKey");

/** Only rules of our bus may send to a queue of ours. SST would let every topic, bucket and rule in AWS send. */
$transform(aws.sqs.QueuePolicy, (args) => {
  args.policy = $resolve([args.policy, bus.arn]).apply(([policy, busArn]) => {
    const rules = `${String(busArn).replace(":event-bus/", ":rule/")}/*`;
    const sender = {
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnLike: { "aws:SourceArn": rules } },
    };
    const { Version, Statement } = JSON.parse(String(policy)) as { Version: string; Statement: object[] };
    return JSON.stringify({ Version, Statement: Statement.map((statement) => ({ ...statement, ...sender })) });
  });
});

/**
 * Routes events from the bus to a queue. What the bus cannot deliver in a day goes to that queue's dead letters: the
 * same place, and so the same consumer, as what its function cannot handle.
 */
export function route({ name, to, detailTypes }: { name: string; to: typeof state; detailTypes: string[] }) {
  const { nodes } = bus.subscribeQueue(name, to.queue, {
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
      Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: to.deadLetters.arn }],
    }),
  });
  return nodes.rule;
}
