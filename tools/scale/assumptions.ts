/**
 * What nobody has measured in AWS yet, and all times depend on. Replace these by what the dashboards show: every figure
 * follows.
 */

/** From asking to the answer, in ms, as a function sees it: the client's own work is in it. */
export const COMMAND_MS = {
  GetItem: 5,
  BatchGetItem: 10,
  Query: 8,
  PutItem: 8,
  UpdateItem: 8,
  DeleteItem: 8,
  BatchWriteItem: 12,
  SendMessage: 12,
  SendMessageBatch: 12,
  PutEvents: 20,
} as const;

/** The carrier and customers' servers are slower than AWS. */
export const OUTSIDE_MS = { carrier: 400, customer: 250 } as const;

/** Parsing, hashing, signing and logging, for each message or request, with half a GB of memory. */
export const OWN_MS = 5;
const OWN_MS_GB = 0.5;

/** A function with half as much memory takes twice as long for its own work. */
export function ownMs(memoryGb: number): number {
  return (OWN_MS * OWN_MS_GB) / memoryGb;
}

/** A function takes the messages of a batch side by side: the slowest of ten takes so many times the average. */
export const SLOWEST_OF_BATCH = 2;

/** The busiest hour against the average of the day. */
export const PEAK_FACTOR = 3;

/** The line of each unit of work, and the one of metrics where it is measured; Lambda's own lines are off. */
export const LOG_BYTES = { line: 180, metrics: 240 };

/** What leaves AWS for the carrier and for a customer's server: request lines, headers and bodies. */
export const OUT_BYTES = { carrier: 2_500, customer: 1_000, answerToWebhook: 400 };
