import type { FunctionBudgets } from "../../src/policies/functions.ts";

const handler = (path: string) => `packages/functions/src/${path}`;

/** What each function was given, and how large it may become before somebody has to say why. */
export const BUDGETS: FunctionBudgets = {
  // 58 kB of the bundle are the OpenAPI document, which is loaded when somebody asks for it, and 215 kB what is known of the
  // numbers of the world, loaded with the first request for calls. 118 kB are the numbering plans: 4 ms of the start. It
  // verifies signatures itself.
  [handler("api/lambda.handler")]: { timeoutSeconds: 20, memoryMb: 512, bundleKilobytes: 1_305, loadedKilobytes: 685 },
  [handler("webhooks/lambda.handler")]: {
    timeoutSeconds: 5,
    memoryMb: 512,
    bundleKilobytes: 550,
    loadedKilobytes: 350,
  },
  [handler("dialer/lambda.handler")]: { timeoutSeconds: 15, memoryMb: 512, bundleKilobytes: 745, loadedKilobytes: 582 },
  [handler("reducer/lambda.handler")]: { timeoutSeconds: 2, memoryMb: 512, bundleKilobytes: 570, loadedKilobytes: 390 },
  [handler("timers/lambda.handler")]: { timeoutSeconds: 30, memoryMb: 256, bundleKilobytes: 740, loadedKilobytes: 450 },
  [handler("dead-letters/lambda.dial")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 586,
    loadedKilobytes: 424,
  },
  [handler("dead-letters/lambda.state")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 586,
    loadedKilobytes: 424,
  },
  [handler("dead-letters/lambda.timers")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 586,
    loadedKilobytes: 424,
  },
  [handler("dispatcher/lambda.first")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 610,
    loadedKilobytes: 442,
  },
  "src/lambda.handler": { timeoutSeconds: 20, memoryMb: 512, bundleKilobytes: 500, loadedKilobytes: 500 },
  [handler("dispatcher/lambda.later")]: {
    timeoutSeconds: 30,
    memoryMb: 256,
    bundleKilobytes: 610,
    loadedKilobytes: 442,
  },
};
