import { setTimeout } from "node:timers/promises";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import pRetry from "p-retry";
import type { FunctionPool } from "../functions/function-pool.ts";
import type { MappingSettings } from "../program/declarations.ts";
import { splitByPayload, succeeded, toRecord, traceHeadersOf } from "./records.ts";

/** What Lambda starts with; it adds more while there is a backlog. */
const DEFAULT_CONCURRENCY = 5;
const LONGEST_POLL_SECONDS = 20;
/** The most that SQS takes in one request. */
const REQUEST_SIZE = 10;

export interface MappingOptions {
  client: SQSClient;
  queue: { arn: string; url: string; region: string };
  settings: MappingSettings;
  /** Of a batch that could be of more. */
  largestBatch?: number;
  /** How long a mapping with a window waits for a batch that is not full, where that is more than the window. */
  quietQueueSeconds?: number;
  pool: Pick<FunctionPool, "invoke" | "limit">;
  onError: (message: string) => void;
}

/**
 * Takes messages from a queue to a function. One poll at a time, and only while there is room for what it may bring; with a
 * window as many side by side as AWS has, since how full batches are gathered depends on it.
 */
export class EventSourceMapping {
  readonly #options: MappingOptions;
  readonly #concurrency: number;
  readonly #batches = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #polling: Promise<unknown>;

  constructor(options: MappingOptions) {
    this.#options = options;
    // Messages that wait for a worker would lose the visibility they need.
    this.#concurrency = Math.min(options.settings.maximumConcurrency ?? DEFAULT_CONCURRENCY, options.pool.limit);
    this.#polling =
      options.settings.batchingWindowSeconds === 0
        ? this.#poll()
        : Promise.all(
            Array.from({ length: Math.min(this.#concurrency, DEFAULT_CONCURRENCY) }, () => this.#gatherAndWork()),
          );
  }

  /** The functions must have been stopped, or stop meanwhile: a batch ends when its invocation does. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.all(this.#batches);
  }

  async #poll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (this.#batches.size >= this.#concurrency) {
        await Promise.race(this.#batches);
        continue;
      }
      const messages = await this.#gather();
      if (messages.length === 0) continue;
      const batch = this.#work(messages).finally(() => this.#batches.delete(batch));
      this.#batches.add(batch);
    }
  }

  async #gatherAndWork(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const messages = await this.#gather();
      if (messages.length > 0) await this.#work(messages);
    }
  }

  async #gather(): Promise<Message[]> {
    const { batchSize } = this.#options.settings;
    const most = Math.min(batchSize, this.#options.largestBatch ?? batchSize);
    const messages = await this.#receive({ maximum: most, waitSeconds: LONGEST_POLL_SECONDS });
    const closesAt = Date.now() + this.#gatheringSeconds * 1_000;
    const leftMs = () => (this.#stopping.signal.aborted ? 0 : closesAt - Date.now());
    while (messages.length > 0 && messages.length < most && leftMs() > 0) {
      const waitSeconds = Math.ceil(leftMs() / 1_000);
      messages.push(...(await this.#receive({ maximum: most - messages.length, waitSeconds })));
    }
    // Full by the most that a function is handed here, and not by what the stacks say.
    if (messages.length > 0 && messages.length < batchSize && leftMs() > 0) await this.#pause(leftMs());
    return messages;
  }

  get #gatheringSeconds(): number {
    const { settings, quietQueueSeconds = 0 } = this.#options;
    const { batchingWindowSeconds } = settings;
    return batchingWindowSeconds === 0 ? 0 : Math.max(batchingWindowSeconds, quietQueueSeconds);
  }

  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  async #receive({ maximum, waitSeconds }: { maximum: number; waitSeconds: number }): Promise<Message[]> {
    try {
      const { Messages } = await this.#options.client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#options.queue.url,
          MaxNumberOfMessages: Math.min(REQUEST_SIZE, maximum),
          WaitTimeSeconds: Math.min(LONGEST_POLL_SECONDS, waitSeconds),
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
        { abortSignal: this.#stopping.signal },
      );
      return Messages ?? [];
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        this.#options.onError(`The queue ${this.#options.queue.url} cannot be read: ${String(error)}`);
        this.#stopping.abort();
      }
      return [];
    }
  }

  async #work(messages: Message[]): Promise<void> {
    const recordOf = (message: Message) => this.#recordOf(message);
    for (const part of splitByPayload({ messages, recordOf })) await this.#invoke(part);
  }

  #recordOf(message: Message) {
    const { queue } = this.#options;
    return toRecord({ message, queueArn: queue.arn, region: queue.region });
  }

  /**
   * Never rejects: what is not deleted comes back when its visibility timeout ends, and that is all AWS does too. A batch
   * that was throttled has been received like any other, and comes nearer to the dead letters.
   */
  async #invoke(messages: Message[]): Promise<void> {
    const { pool, queue, settings } = this.#options;
    let response: unknown;
    try {
      const event = { Records: messages.map((message) => this.#recordOf(message)) };
      response = await pool.invoke(event, { traceHeaders: traceHeadersOf(messages) });
    } catch {
      return;
    }
    const done = settings.partialResponses ? succeeded({ messages, response }) : messages;
    try {
      for (let start = 0; start < done.length; start += REQUEST_SIZE) {
        await this.#delete(done.slice(start, start + REQUEST_SIZE));
      }
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#options.onError(`Messages of ${queue.url} cannot be deleted: ${String(error)}`);
    }
  }

  async #delete(messages: Message[]): Promise<void> {
    let left = messages;
    await pRetry(
      async () => {
        const { Failed = [] } = await this.#options.client.send(
          new DeleteMessageBatchCommand({
            QueueUrl: this.#options.queue.url,
            Entries: left.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle })),
          }),
        );
        const failed = new Set(Failed.map(({ Id }) => Id));
        left = left.filter(({ MessageId }) => failed.has(MessageId));
        if (left.length > 0) throw new Error(`${left.length} messages are still there: ${Failed[0]?.Message}`);
      },
      { retries: 3, minTimeout: 50, signal: this.#stopping.signal },
    );
  }
}
