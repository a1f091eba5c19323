/**
 * What nobody has measured in AWS yet, and all times depend on. Replace these by what the dashboards show: every figure
 * follows.
 */

/** From asking to the answer, in ms, as a function sees it: the client's own work is in it. */
export const ASSUMED_MS = {
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
  carrier: 400,
  customer: 250,
  /** Parsing, hashing, signing and logging, for each message or request, with half a GB of memory. */
  own: 5,
} as const;

/**
 * What the clients alone take of a whole processor for the requests of one PIN call, over TLS. On the bench's machine with
 * nothing else on it (AMD EPYC, 2026-11-30) they took 13.6 to 14.7 ms over HTTP, and TLS adds some 10 %; a processor of
 * Lambda is taken to be as quick. What a slower machine takes, for these and for our functions, is made less by as much: else
 * each figure would move with the machine.
 */
export const CLIENTS_MS = 16;

/** A function with half as much memory takes twice as long for its own work. */
export function ownMs(memoryMb: number): number {
  return (ASSUMED_MS.own * 512) / memoryMb;
}

/**
 * How many invocations start a new environment first, which is billed since August 2025: "typically under 1 %", by AWS's
 * own count (https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/).
 */
export const NEW_ENVIRONMENTS = 0.01;

/**
 * Deadlines of single calls are rounded up by ten seconds, and queues delay by whole seconds: at 30 calls/s some 300 are
 * due within one second. Five polls, of 45 ms each, take 110 a second one by one; so each takes three or so, which is also
 * what five polls did where they were measured in real time.
 */
export const DEADLINES_TOGETHER = 3;

/** What leaves AWS for the carrier and for a customer's server: request lines, headers and bodies. */
export const OUT_BYTES = { carrier: 2_500, customer: 1_000, answerToWebhook: 400 };
