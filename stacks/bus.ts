import type { QueueWithDeadLetters } from "./defaults/queues.ts";

export const bus = new sst.aws.Bus("Bus");

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
export function route({
  name,
  to,
  detailTypes,
  detail,
}: {
  name: string;
  to: QueueWithDeadLetters;
  detailTypes: string[];
  /** What an event has to hold besides. */
  detail?: Record<string, unknown>;
}) {
  const { nodes } = bus.subscribeQueue(name, to.queue, {
    pattern: { source: ["promptcall"], detailType: detailTypes, ...(detail && { detail }) },
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
