import { SQSClient } from "@aws-sdk/client-sqs";
import type { Queue } from "../ports/queue.ts";
import { CLIENT_TIMEOUTS, withTimeouts } from "../runtime/client-timeouts.ts";
import { queueUrl } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { queue, type Timed } from "../sqs/queue.ts";

/** In a file of its own, because not every function sends to queues. */
export const sqs = withTimeouts(new SQSClient(CLIENT_TIMEOUTS));

export const linkedQueue = <Message extends Timed>(name: string): Queue<Message> =>
  queue<Message>({ client: sqs, queueUrl: queueUrl(name), clock });
