import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { hopSeconds } from "@promptcall/core/later";
import type { Clock, Queue } from "../ports.ts";

export interface QueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly clock: Clock;
}

/** A message of ours; most name a time before which they are not to be handled. */
export type Timed = { readonly v: 1; readonly not_before?: string | undefined };

/** A message that names a time is handed over no sooner; SQS delays 15 minutes at the most, so it may take more hops. */
export function queue<Message extends Timed>(options: QueueOptions): Queue<Message> {
  const { client, queueUrl, clock } = options;
  return {
    async send(message) {
      const notBefore = message.not_before;
      const delay = notBefore === undefined ? 0 : hopSeconds({ now: clock.now(), notBefore: new Date(notBefore) });
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: bodyOf(message),
          ...(delay > 0 && { DelaySeconds: delay }),
        }),
      );
    },
  };
}

/** SQS takes the characters of XML, of which U+FFFE and U+FFFF are none; fauxqs takes no pairs of surrogates either. */
function bodyOf(message: unknown): string {
  return JSON.stringify(message).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );
}
