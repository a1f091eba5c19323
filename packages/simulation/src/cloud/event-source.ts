import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type Lineage, longestOf } from "../world/lineage.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Message, Sqs } from "./sqs.ts";
import type { Mapping } from "./wiring.ts";

/** Runs the function; undefined when it crashed or was stopped. */
export type Invoke = (event: SQSEvent, lineage: Lineage) => Promise<SQSBatchResponse | undefined>;

export interface EventSourceOptions {
  readonly scheduler: Scheduler;
  readonly queue: Sqs;
  readonly mapping: Mapping;
  readonly invoke: Invoke;
}

/** How long a poll may wait; a shorter batching window may stay open as long. */
const LONG_POLL_MS = 20_000;

/** A poller more: "by up to 300 more instances per minute". */
const ONE_MORE_AFTER_MS = 60_000 / 300;

/**
 * An event source mapping: hands messages to the function by batch size, batching window and maximum concurrency. "If
 * your function is not receiving enough messages, it can wait up to 20 seconds even with a batch window below 20
 * seconds": https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html. A poller is busy until its invocation has ended,
 * and while messages wait for one, there are more and more:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html. When there are fewer again is not said there.
 */
export class EventSource {
  readonly #options: EventSourceOptions;
  #gathered: Message[] = [];
  #running = 0;
  #pollers: number;
  #isPolling = false;
  #isGrowing = false;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.#pollers = Math.min(options.scheduler.durations.pollers, this.#mostPollers);
    options.queue.subscribe(() => this.#pollSoon());
  }

  get #mostPollers(): number {
    return this.#options.mapping.maximumConcurrency ?? Number.POSITIVE_INFINITY;
  }

  #pollSoon(): void {
    const { scheduler } = this.#options;
    if (this.#isPolling) return;
    this.#isPolling = true;
    scheduler.after(scheduler.durations.polled(scheduler.random), () => {
      this.#isPolling = false;
      this.#poll();
    });
  }

  #poll(): void {
    const { queue, mapping } = this.#options;
    const { batchSize, batchingWindowSeconds } = mapping;
    while (queue.hasVisible && this.#running < this.#pollers) {
      const isFirst = this.#gathered.length === 0;
      this.#gathered.push(...queue.receive(batchSize - this.#gathered.length));
      if (this.#gathered.length === 0) return;
      if (batchingWindowSeconds === 0 || this.#gathered.length >= batchSize) this.#handOut();
      else if (isFirst) this.#handOutLater(this.#gathered, batchingWindowSeconds);
    }
    if (queue.hasVisible) this.#growSoon();
  }

  #growSoon(): void {
    if (this.#isGrowing || this.#pollers >= this.#mostPollers) return;
    this.#isGrowing = true;
    this.#options.scheduler.after(ONE_MORE_AFTER_MS, () => {
      this.#isGrowing = false;
      this.#pollers += 1;
      this.#poll();
    });
  }

  #handOutLater(gathered: readonly Message[], windowSeconds: number): void {
    const { scheduler } = this.#options;
    const windowMs = windowSeconds * 1000;
    scheduler.after(scheduler.random.between(windowMs, Math.max(windowMs, LONG_POLL_MS)), () => {
      if (this.#gathered === gathered) this.#handOut();
    });
  }

  #handOut(): void {
    const { scheduler, queue } = this.#options;
    const batch = this.#gathered;
    this.#gathered = [];
    this.#running += 1;
    const takenMs = scheduler.durations.taken(scheduler.random);
    const work = () => this.#work(batch);
    void (takenMs > 0 ? scheduler.sleep(takenMs).then(work) : work()).finally(() => {
      this.#running -= 1;
      if (queue.hasVisible) this.#pollSoon();
    });
  }

  async #work(batch: readonly Message[]): Promise<void> {
    const { queue, mapping, invoke } = this.#options;
    // A duplicate delivery may put a message into one batch twice.
    const messages = [...new Map(batch.map((message) => [message.id, message])).values()];
    const lineage = longestOf(messages.map((message) => message.lineage));
    const response = await invoke({ Records: messages.map((message) => this.#record(message)) }, lineage);
    if (response === undefined) return;
    const failed = mapping.partialResponses
      ? new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      : new Set<string>();
    for (const message of messages) if (!failed.has(message.id)) queue.delete(message);
  }

  #record({ id, body, receives, sentAtMs }: Message): SQSRecord {
    const { scheduler, queue } = this.#options;
    return {
      messageId: id,
      receiptHandle: `${id}/${receives}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: String(sentAtMs),
        SenderId: "simulation",
        ApproximateFirstReceiveTimestamp: String(Math.round(scheduler.nowMs)),
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue.name}`,
      awsRegion: "us-east-1",
    };
  }
}
