import { FUNCTIONS, type Usage } from "./cost/usage.ts";

/**
 * What 100 PIN calls asked of AWS on the path as it was first built, commit 894bb5e: one call in a request, since there
 * were no batches. Counted on 2026-11-23 by `usageOfPinCalls({ calls: 100, root })` of this folder at a checkout of that commit,
 * in the same way as today's; written down because that commit does not change any more.
 */
export const FIRST_PATH: Usage & { readonly commit: string } = {
  commit: "894bb5e",
  calls: 100,
  apiRequests: 100,
  keptBytes: 202_200,
  linesOfLambda: true,
  tallied: {
    mostAtOnce: 1,
    log: { lines: 1_500, bytes: 289_823 },
    requests: [
      table("BatchWriteItem", "call spec + call state", { requests: 100, writeUnits: 200 }),
      table("GetItem", "call state", { requests: 900, readUnits: 900 }),
      table("GetItem", "call spec", { requests: 700, readUnits: 700 }),
      table("GetItem", "call callback", { requests: 200, readUnits: 200 }),
      table("GetItem", "receiver places", { requests: 100, readUnits: 100 }),
      table("PutItem", "call state", { requests: 600, writeUnits: 600 }),
      table("UpdateItem", "receiver places", { requests: 200, writeUnits: 200 }),
      table("UpdateItem", "call callback", { requests: 100, writeUnits: 100 }),
      other("SQS", "SendMessage", 900),
      other("SQS", "ReceiveMessage", 900),
      other("SQS", "DeleteMessageBatch", 900),
      other("EventBridge", "PutEvents", 900),
    ],
    invocations: [
      invoked(FUNCTIONS.api, 100, { "DynamoDB BatchWriteItem": 1, "SQS SendMessage": 1, "EventBridge PutEvents": 1 }),
      invoked(FUNCTIONS.webhooks, 500, { "DynamoDB GetItem": 1, "EventBridge PutEvents": 1 }),
      invoked(FUNCTIONS.reducer, 400, { "DynamoDB GetItem": 1, "DynamoDB PutItem": 1 }),
      invoked(FUNCTIONS.reducer, 100, { "DynamoDB GetItem": 1 }),
      invoked(FUNCTIONS.reducer, 100, { "DynamoDB GetItem": 1, "DynamoDB PutItem": 1, "EventBridge PutEvents": 1 }),
      invoked(FUNCTIONS.timers, 100, { "DynamoDB GetItem": 2 }),
      invoked("DialQueueSubscriberFunction", 100, {
        "DynamoDB GetItem": 2,
        "DynamoDB PutItem": 1,
        "SQS SendMessage": 1,
        "POST /v1/calls": 1,
        "EventBridge PutEvents": 1,
      }),
      invoked("CallbacksQueueSubscriberFunction", 100, {
        "DynamoDB GetItem": 4,
        "DynamoDB UpdateItem": 3,
        "POST /result": 1,
        "EventBridge PutEvents": 1,
      }),
    ],
  },
};

function table(operation: string, kind: string, of: { requests: number; readUnits?: number; writeUnits?: number }) {
  return { service: "DynamoDB", operation, kind, items: of.requests, bytes: 0, readUnits: 0, writeUnits: 0, ...of };
}

function other(service: string, operation: string, requests: number) {
  return { service, operation, kind: "", items: 0, bytes: 0, readUnits: 0, writeUnits: 0, requests };
}

function invoked(functionName: string, invocations: number, effects: Readonly<Record<string, number>>) {
  const isAsked = functionName === FUNCTIONS.api || functionName === FUNCTIONS.webhooks;
  return { functionName, memoryMb: 512, invocations, messages: isAsked ? 0 : 1, effects };
}
