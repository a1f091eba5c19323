import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import pRetry from "p-retry";
import { PartialFailureError } from "../errors.ts";
import type { DeadLetter, DeadLetters } from "../ports/dead-letters.ts";

/** The most that one request takes. */
const REQUEST_SIZE = 10;

/** Nobody else gets what was received for so long; what is not given back by then comes back by itself. */
const HELD_SECONDS = 300;

/** A dead-letter queue to go through by hand. SQS has moving tasks for all of a queue, but none for some of it. */
export function deadLetters({ client, queueUrl }: { client: SQSClient; queueUrl: string }): DeadLetters {
  /** Those that could not be given back. */
  async function giveBack(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]> {
    const left: DeadLetter[] = [];
    for (let start = 0; start < letters.length; start += REQUEST_SIZE) {
      const batch = letters.slice(start, start + REQUEST_SIZE);
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
          // A short poll asks only some of the machines that hold the queue.
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

    async release(letters) {
      let left = letters;
      await pRetry(
        async () => {
          left = await giveBack(left);
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
