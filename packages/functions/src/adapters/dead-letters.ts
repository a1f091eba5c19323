import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { PartialFailureError } from "../errors.ts";
import type { DeadLetters } from "../ports.ts";

/** The most that one request takes. */
const REQUEST_SIZE = 10;

/** Nobody else gets what was received for so long; what is not given back by then comes back by itself. */
const HELD_SECONDS = 300;

/** A dead-letter queue to go through by hand. SQS has moving tasks for all of a queue, but none for some of it. */
export function deadLetters({ client, queueUrl }: { client: SQSClient; queueUrl: string }): DeadLetters {
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
      let left = 0;
      for (let start = 0; start < letters.length; start += REQUEST_SIZE) {
        const entries = letters.slice(start, start + REQUEST_SIZE);
        const { Failed = [] } = await client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: queueUrl,
            Entries: entries.map(({ receipt }, index) => ({
              Id: String(index),
              ReceiptHandle: receipt,
              VisibilityTimeout: 0,
            })),
          }),
        );
        left += Failed.length;
      }
      if (left > 0)
        throw new PartialFailureError(`${left} message(s) are left, and can be had again in ${HELD_SECONDS} s`);
    },
  };
}
