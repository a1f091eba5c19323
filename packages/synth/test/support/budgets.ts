import type { FunctionBudgets } from "../../src/policies/functions.ts";

const SEND = ["sqs:SendMessage"];
const PUBLISH = ["events:PutEvents"];
const ALL_OF_TABLE = [
  "dynamodb:GetItem",
  "dynamodb:BatchGetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:DeleteItem",
  "dynamodb:Query",
];
const LOOK = ["sqs:GetQueueAttributes"];

const API = {
  Calls: ALL_OF_TABLE,
  Bus: [...PUBLISH, "events:DescribeEventBus"],
  DialQueue: [...SEND, ...LOOK],
  TimersQueue: [...SEND, ...LOOK],
  StateQueue: LOOK,
  CallbacksQueue: LOOK,
  // What a customer asks to have delivered again.
  CallbackRetriesQueue: [...SEND, ...LOOK],
};
const WEBHOOKS = { Calls: ["dynamodb:GetItem"], Bus: PUBLISH };
const REDUCER = {
  Calls: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  Bus: PUBLISH,
  TimersQueue: SEND,
};
/** The dialer, the timers and the dead letters: they take calls on where they were left. */
const DIALING = { Calls: ALL_OF_TABLE, Bus: PUBLISH, DialQueue: SEND, TimersQueue: SEND };
const DISPATCHER = {
  Calls: ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query"],
  Bus: PUBLISH,
  CallbacksQueue: SEND,
  CallbackRetriesQueue: SEND,
  CallbacksDeadLetters: SEND,
};

const handler = (path: string) => `packages/functions/src/${path}`;

/** What each function was given, and how large it may become before somebody has to say why. */
export const BUDGETS: FunctionBudgets = {
  // 67 kB of the bundle are the OpenAPI and AsyncAPI documents, which are loaded when somebody asks for it, and 215 kB what is known of the
  // numbers of the world, loaded with the first request for calls, as are 34 kB to read SSML and 32 kB
  // of their time zones. What the deprecated API's requests need is loaded with the first of them. It verifies signatures itself.
  [handler("api/lambda.handler")]: {
    timeoutSeconds: 29,
    memoryMb: 512,
    bundleKilobytes: 1_129,
    loadedKilobytes: 529,
    may: API,
  },
  [handler("webhooks/lambda.handler")]: {
    timeoutSeconds: 5,
    memoryMb: 256,
    bundleKilobytes: 315,
    // It knows a call whose PIN was erased, and judges what is asked for in its place; what seals digits is loaded with them.
    loadedKilobytes: 281,
    may: WEBHOOKS,
  },
  [handler("dialer/lambda.handler")]: {
    timeoutSeconds: 15,
    memoryMb: 256,
    bundleKilobytes: 535,
    loadedKilobytes: 527,
    may: DIALING,
  },
  [handler("reducer/lambda.handler")]: {
    timeoutSeconds: 2,
    memoryMb: 256,
    bundleKilobytes: 347,
    loadedKilobytes: 337,
    may: REDUCER,
  },
  [handler("timers/lambda.handler")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 525,
    loadedKilobytes: 404,
    may: DIALING,
  },
  [handler("dead-letters/lambda.dial")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 386,
    loadedKilobytes: 380,
    may: DIALING,
  },
  [handler("dead-letters/lambda.state")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 386,
    loadedKilobytes: 380,
    may: DIALING,
  },
  [handler("dead-letters/lambda.timers")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 386,
    loadedKilobytes: 380,
    may: DIALING,
  },
  [handler("dispatcher/lambda.first")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 411,
    loadedKilobytes: 401,
    may: DISPATCHER,
  },
  "src/lambda.handler": {
    timeoutSeconds: 20,
    memoryMb: 512,
    bundleKilobytes: 500,
    loadedKilobytes: 500,
    may: { Results: ["dynamodb:PutItem"] },
  },
  [handler("dispatcher/lambda.later")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 411,
    loadedKilobytes: 401,
    may: DISPATCHER,
  },
};
