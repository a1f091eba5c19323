// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are lines of source, placeholders and all.
import type { Mutant } from "./mutant.ts";

export const STACK_MUTANTS: readonly Mutant[] = [
  {
    name: "the dialer may not run again and again in one chain",
    file: "stacks/dialer.ts",
    find: 'allowRecursion("Dial", { of: dialer.nodes.function.name });',
    replace: "void allowRecursion;",
  },
  {
    name: "the timers may not run again and again in one chain",
    file: "stacks/timers.ts",
    find: 'allowRecursion("Timers", { of: timersConsumer.nodes.function.name });',
    replace: "void allowRecursion;",
    calls: 400,
    pace: 30,
  },
  {
    name: "later attempts may not run again and again in one chain",
    file: "stacks/callbacks.ts",
    find: 'allowRecursion("CallbackRetries", { of: laterAttempts.nodes.function.name });',
    replace: "void allowRecursion;",
  },
  {
    name: "a message is visible again while its function is at work",
    file: "stacks/defaults/queues.ts",
    find: "`${6 * timeoutSeconds} seconds` as const",
    replace: "`${Math.ceil(timeoutSeconds / 30)} seconds` as const",
  },
  {
    name: "reports are gathered for a while",
    file: "stacks/defaults/functions.ts",
    find: "batch: { size: config.batchSize, partialResponses: true },",
    replace: 'batch: { size: config.batchSize, partialResponses: true, window: "1 second" },',
    isQuick: true,
  },
  {
    name: "the rule of reports hears of nobody",
    file: "stacks/bus.ts",
    find: 'source: ["promptcall"]',
    replace: 'source: ["somebody"]',
    isQuick: true,
  },
  {
    name: "the reducer fails whole batches for one record",
    file: "stacks/defaults/functions.ts",
    find: "partialResponses: true",
    replace: "partialResponses: false",
  },
  {
    name: "calls are closed before they can end",
    file: "stacks/config.ts",
    find: "deadlineSeconds: RINGING_SECONDS + LENGTH_SECONDS + 30",
    replace: "deadlineSeconds: 30",
  },
];
