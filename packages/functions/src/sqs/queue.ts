import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { hopSeconds } from "@promptcall/core/contracts/hop";
import { PartialFailureError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Queue } from "../ports/queue.ts";

/** The most that one SendMessageBatch takes. */
const MESSAGES_PER_REQUEST = 10;

export interface QueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly clock: Clock;
}

/** A message of ours. Most name the earliest time to handle them. */
export type Timed = { readonly v: 1; readonly not_before?: string | undefined };

/** Sends messages, delayed until `not_before`. SQS delays at most 15 minutes, so a longer wait takes several hops. */
export function queue<Message extends Timed>(options: QueueOptions): Queue<Message> {
  const { client, queueUrl, clock } = options;
  return {
    async send(message, { delaySeconds } = {}) {
      const delay = delaySeconds ?? delayOf(message, clock);
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: bodyOf(message),
          ...(delay > 0 && { DelaySeconds: delay }),
        }),
      );
    },

    async sendAll(messages) {
      for (let from = 0; from < messages.length; from += MESSAGES_PER_REQUEST) {
        const some = messages.slice(from, from + MESSAGES_PER_REQUEST);
        const Entries = some.map((message, index) => ({ Id: String(index), MessageBody: bodyOf(message) }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        if (Failed.length > 0) throw new PartialFailureError(`the queue did not take ${Failed.length} message(s)`);
      }
    },
  };
}

function delayOf({ not_before: notBefore }: Timed, clock: Clock): number {
  return notBefore === undefined ? 0 : hopSeconds({ now: clock.now(), notBefore: new Date(notBefore) });
}

/** SQS only takes XML characters, so not U+FFFE and U+FFFF; fauxqs takes no surrogate pairs either. */
function bodyOf(message: unknown): string {
  return JSON.stringify(message).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );
}
