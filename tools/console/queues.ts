import { setTimeout } from "node:timers/promises";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { QueueSample } from "@promptcall/console/data/stream-data";
import type { Local } from "@promptcall/local/local";
import type { Journal } from "./journal.ts";

/** The queues by the names that people have for them, and where their dead letters are. */
const QUEUES = [
  { name: "Dial", of: ["DialQueue"], deadLetters: "DialDeadLetters" },
  { name: "State", of: ["StateQueue"], deadLetters: "StateDeadLetters" },
  { name: "Timers", of: ["TimersQueue"], deadLetters: "TimersDeadLetters" },
  { name: "Callbacks", of: ["CallbacksQueue", "CallbackRetriesQueue"], deadLetters: "CallbacksDeadLetters" },
] as const;

const EVERY_MS = 1_000;

/** Looks at the queues once a second. */
export class Queues {
  readonly #client: SQSClient;
  readonly #local: Local;
  readonly #journal: Journal;
  readonly #stopping = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #told = "";

  constructor({ local, journal }: { local: Local; journal: Journal }) {
    this.#local = local;
    this.#journal = journal;
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    this.#client = new SQSClient({ endpoint: local.endpoints.sqs, region: "us-east-1", credentials });
  }

  start(): void {
    this.#work = this.#look();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
    this.#client.destroy();
  }

  async now(): Promise<QueueSample> {
    const queues = await Promise.all(
      QUEUES.map(async ({ name, of, deadLetters }) => {
        const [dead, ...all] = await Promise.all([deadLetters, ...of].map((queue) => this.#depth(queue)));
        return {
          name,
          waiting: all.reduce((sum, { waiting }) => sum + waiting, 0),
          in_hand: all.reduce((sum, { inHand }) => sum + inHand, 0),
          dead_letters: (dead?.waiting ?? 0) + (dead?.inHand ?? 0),
        };
      }),
    );
    return { at: new Date().toISOString(), queues };
  }

  async #depth(name: string): Promise<{ waiting: number; inHand: number }> {
    const QueueUrl = String(this.#local.resource(name).url);
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    const number = (attribute: keyof typeof Attributes) => Number(Attributes[attribute] ?? 0);
    return {
      waiting: number("ApproximateNumberOfMessages") + number("ApproximateNumberOfMessagesDelayed"),
      inHand: number("ApproximateNumberOfMessagesNotVisible"),
    };
  }

  async #look(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      // A second in which a queue does not answer is told of by the next one.
      const sample = await this.now().catch(() => undefined);
      const written = JSON.stringify(sample?.queues);
      if (sample !== undefined && written !== this.#told) this.#journal.publish({ event: "queue", data: sample });
      this.#told = written;
      await setTimeout(EVERY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}
