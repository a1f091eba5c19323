import { SQSClient } from "@aws-sdk/client-sqs";
import type { Queue } from "../ports/queue.ts";
import { PATIENCE, patient } from "./patience.ts";
import { queue, type Timed } from "./queue.ts";
import { clock } from "./real.ts";
import { queueUrl } from "./resources.ts";

/** Apart from the other parts of the cloud, for not every function has queues to send to. */
export const sqs = patient(new SQSClient(PATIENCE));

export const linkedQueue = <Message extends Timed>(name: string): Queue<Message> =>
  queue<Message>({ client: sqs, queueUrl: queueUrl(name), clock });
