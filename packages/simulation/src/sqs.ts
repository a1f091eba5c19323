import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Faults } from "./faults.ts";
import type { Mailbox } from "./twins/queue.ts";
import type { World } from "./world.ts";

/** What takes a batch: undefined when it died over it. */
export type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse | undefined>;

interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
  /** Not to be handed out before; moved on by every receive. */
  visibleAtMs: number;
}

export interface SqsOptions {
  readonly name: string;
  readonly world: World;
  readonly faults: Faults;
  readonly visibilitySeconds: number;
  /** After so many receives a message goes to the dead letters; a queue without them keeps it. */
  readonly deadLetters?: { readonly queue: Sqs; readonly afterReceives: number };
  readonly onMessage?: (body: string) => void;
}

const BATCH_SIZE = 10;

/** A standard queue: at least once, in no order, with delays, visibility and dead letters. */
export class Sqs implements Mailbox {
  readonly name: string;
  readonly #options: SqsOptions;
  readonly #messages = new Map<string, Message>();
  #consumer: Consumer | undefined;

  constructor(options: SqsOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get size(): number {
    return this.#messages.size;
  }

  bodies(): readonly string[] {
    return [...this.#messages.values()].map(({ body }) => body);
  }

  subscribe(consumer: Consumer): void {
    this.#consumer = consumer;
  }

  put(body: string, delaySeconds: number): void {
    const { world, faults, onMessage } = this.#options;
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900)
      throw new RangeError(`SQS takes no delay of ${delaySeconds} s`);
    onMessage?.(body);
    const kept = this.#consumer !== undefined && world.random.chance(faults.poison) ? poisoned(body) : body;
    this.#add(kept, delaySeconds);
  }

  #add(body: string, delaySeconds: number): void {
    const { world } = this.#options;
    const visibleAtMs = world.nowMs + delaySeconds * 1000;
    const message = { id: world.random.uuid(), body, receives: 0, visibleAtMs };
    this.#messages.set(message.id, message);
    this.#pollAt(visibleAtMs);
  }

  #pollAt(atMs: number): void {
    const { world } = this.#options;
    if (this.#consumer !== undefined) world.after(atMs - world.nowMs + world.random.between(0, 50), () => this.#poll());
  }

  #poll(): void {
    const { world, faults, visibilitySeconds } = this.#options;
    const visible = [...this.#messages.values()].filter(({ visibleAtMs }) => visibleAtMs <= world.nowMs);
    const batch: Message[] = [];
    while (visible.length > 0 && batch.length < BATCH_SIZE) {
      const [message] = visible.splice(Math.floor(world.random.next() * visible.length), 1);
      if (message === undefined || this.#buried(message)) continue;
      message.receives += 1;
      batch.push(message);
      const isDuplicated = world.random.chance(faults.duplicateDelivery);
      message.visibleAtMs = world.nowMs + (isDuplicated ? world.random.between(0, 500) : visibilitySeconds * 1000);
      this.#pollAt(message.visibleAtMs);
    }
    if (visible.length > 0) this.#pollAt(world.nowMs);
    if (batch.length > 0) void this.#handOut(batch);
  }

  #buried(message: Message): boolean {
    const { deadLetters } = this.#options;
    if (deadLetters === undefined || message.receives < deadLetters.afterReceives) return false;
    this.#messages.delete(message.id);
    deadLetters.queue.#add(message.body, 0);
    return true;
  }

  async #handOut(batch: readonly Message[]): Promise<void> {
    const { world, faults } = this.#options;
    const response = await this.#consumer?.({ Records: batch.map((message) => this.#record(message)) });
    if (response === undefined) return;
    const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id } of batch)
      if (!failed.has(id) && !world.random.chance(faults.lostDelete)) this.#messages.delete(id);
  }

  #record({ id, body, receives }: Message): SQSRecord {
    const sent = String(this.#options.world.nowMs);
    return {
      messageId: id,
      receiptHandle: `${id}/${receives}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: sent,
        SenderId: "simulation",
        ApproximateFirstReceiveTimestamp: sent,
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${this.name}`,
      awsRegion: "us-east-1",
    };
  }
}

/** The same message as a faulty version of ourselves might have written it: it still names its calls. */
function poisoned(body: string): string {
  const { tid, detail, batch_id, next, until, end } = JSON.parse(body);
  return JSON.stringify({ v: 0, tid: tid ?? detail?.metadata?.tid, batch_id, next, until, end, poisoned: true });
}
