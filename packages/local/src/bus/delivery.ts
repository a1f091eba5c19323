import { QueueDoesNotExist, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import pRetry from "p-retry";
import { queueUrl } from "../sqs/sqs.ts";
import type { EventEnvelope } from "./events.ts";
import type { Rule, Target } from "./rules.ts";

const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 24 * 3_600;
/** AWS does not publish its schedule; this one is short enough to watch. */
const BACKOFF = { minTimeout: 100, maxTimeout: 60_000, factor: 2, randomize: true };

export interface Delivery {
  event: EventEnvelope;
  rule: Rule;
  target: Target;
  /** Goes on to the target and to the dead letters (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-related-service-xray.html). */
  traceHeader: string | undefined;
}

/** Brings events to queues, again and again while a target's retry policy lasts, then to its dead letters. */
export class BusDelivery {
  readonly #client: SQSClient;
  readonly #sqsEndpoint: string;
  readonly #onLost: (message: string) => void;
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(args: { client: SQSClient; sqsEndpoint: string; onLost: (message: string) => void }) {
    this.#client = args.client;
    this.#sqsEndpoint = args.sqsEndpoint;
    this.#onLost = args.onLost;
  }

  /** Returns at once, as PutEvents does: the event is taken, not delivered. */
  start(delivery: Delivery): void {
    const running = this.#deliver(delivery).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const policy = delivery.target.RetryPolicy ?? {};
    let attempts = 0;
    try {
      await pRetry(
        (attempt) => {
          attempts = attempt - 1;
          return this.#send({ arn: delivery.target.Arn, delivery });
        },
        {
          ...BACKOFF,
          retries: policy.MaximumRetryAttempts ?? DEFAULT_ATTEMPTS,
          maxRetryTime: (policy.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1_000,
          shouldRetry: ({ error }) => !(error instanceof QueueDoesNotExist),
          signal: this.#stopping.signal,
        },
      );
    } catch (error) {
      if (!this.#stopping.signal.aborted) await this.#deadLetter({ delivery, attempts, error });
    }
  }

  async #send(args: { arn: string; delivery: Delivery; attributes?: Record<string, string> }): Promise<void> {
    const { event, traceHeader } = args.delivery;
    const attributes = Object.entries(args.attributes ?? {}).map(
      ([name, value]) => [name, { DataType: "String", StringValue: value }] as const,
    );
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl({ endpoint: this.#sqsEndpoint, arn: args.arn }),
        MessageBody: bodyOf(event),
        MessageAttributes: Object.fromEntries(attributes),
        ...(traceHeader !== undefined && {
          MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } },
        }),
      }),
      { abortSignal: this.#stopping.signal },
    );
  }

  async #deadLetter({
    delivery,
    attempts,
    error,
  }: {
    delivery: Delivery;
    attempts: number;
    error: unknown;
  }): Promise<void> {
    const { event, rule, target } = delivery;
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    const deadLetters = target.DeadLetterConfig?.Arn;
    const lost = `The event ${event.id} (${event["detail-type"]}) was not delivered to ${target.Arn}: ${message}`;
    if (deadLetters === undefined) return this.#onLost(lost);
    try {
      await this.#send({
        arn: deadLetters,
        delivery,
        attributes: {
          RULE_ARN: rule.arn,
          TARGET_ARN: target.Arn,
          ERROR_CODE: name,
          ERROR_MESSAGE: message,
          RETRY_ATTEMPTS: String(attempts),
        },
      });
    } catch (cause) {
      this.#onLost(`${lost} Its dead letters ${deadLetters} did not take it: ${String(cause)}`);
    }
  }
}

/** In characters that fauxqs takes: SQS itself refuses U+FFFE and U+FFFF only, fauxqs all pairs of surrogates too. */
function bodyOf(event: EventEnvelope): string {
  return JSON.stringify(event).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );
}
