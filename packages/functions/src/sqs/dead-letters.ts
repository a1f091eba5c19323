import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import pRetry from "p-retry";
import { PartialFailureError } from "../errors.ts";
import type { DeadLetters, DeadMessage } from "../ports/dead-letters.ts";

/** The most that one request takes. */
const REQUEST_SIZE = 10;

/** The visibility timeout of received messages. After it, messages that were not released come back. */
const HELD_SECONDS = 300;

/** A dead-letter queue to work through by hand: SQS can redrive only a whole queue. */
export function deadLetters({ client, queueUrl }: { client: SQSClient; queueUrl: string }): DeadLetters {
  /** Makes messages visible again, and returns those for which that failed. */
  async function releaseOnce(messages: readonly DeadMessage[]): Promise<readonly DeadMessage[]> {
    const left: DeadMessage[] = [];
    for (let start = 0; start < messages.length; start += REQUEST_SIZE) {
      const batch = messages.slice(start, start + REQUEST_SIZE);
      const { Failed = [] } = await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map(({ receipt }, index) => ({
            Id: String(index),
            ReceiptHandle: receipt,
            VisibilityTimeout: 0,
          })),
        }),
      );
      const failed = new Set(Failed.map(({ Id }) => Id));
      left.push(...batch.filter((_, index) => failed.has(String(index))));
    }
    return left;
  }

  return {
    async receive() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: REQUEST_SIZE,
          // A long poll: a short one asks only some of the queue's servers.
          WaitTimeSeconds: 1,
          VisibilityTimeout: HELD_SECONDS,
        }),
      );
      return Messages.map(({ MessageId = "", ReceiptHandle = "", Body = "" }) => ({
        id: MessageId,
        receipt: ReceiptHandle,
        body: Body,
      }));
    },

    async remove({ receipt }) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },

    async release(messages) {
      let left = messages;
      await pRetry(
        async () => {
          left = await releaseOnce(left);
          if (left.length === 0) return;
          throw new PartialFailureError(
            `${left.length} message(s) are left, and can be had again in ${HELD_SECONDS} s`,
          );
        },
        { retries: 3, minTimeout: 50, randomize: true },
      );
    },
  };
}
