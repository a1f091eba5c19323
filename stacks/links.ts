import { bus } from "./bus.ts";
import { callbackRetries, callbacks, dial, state, timers } from "./queues.ts";
import { table } from "./storage.ts";

/** The table for one use: what a function does there, and no more. */
const tableTo = (use: string, actions: `dynamodb:${string}`[]) =>
  new sst.Linkable(`Calls${use}`, {
    properties: { name: table.name },
    include: [sst.aws.permission({ actions, resources: [table.arn, $interpolate`${table.arn}/index/*`] })],
  });

/** For who answers the carrier, and is reached by everybody: it reads one item, and writes none. */
export const tableToRead = tableTo("Read", ["dynamodb:GetItem"]);

/** For who folds reports into calls. */
export const tableToFold = tableTo("Fold", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]);

/** For who delivers results: it records its attempts, and counts the calls of a batch. */
export const tableToDeliver = tableTo("Deliver", ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query"]);

/** To see whether the parts answer. It sends nothing, and a part that is only looked at has no other link. */
export const health = new sst.Linkable("Health", {
  properties: {
    bus: bus.name,
    dial: dial.queue.url,
    state: state.queue.url,
    timers: timers.queue.url,
    callbacks: callbacks.queue.url,
    callbackRetries: callbackRetries.url,
  },
  include: [
    sst.aws.permission({
      actions: ["sqs:GetQueueAttributes"],
      resources: [dial.queue, state.queue, timers.queue, callbacks.queue, callbackRetries].map(({ arn }) => arn),
    }),
    sst.aws.permission({ actions: ["events:DescribeEventBus"], resources: [bus.arn] }),
  ],
});
