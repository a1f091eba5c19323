import type { AddressInfo } from "node:net";
import { CreateQueueCommand, DeleteQueueCommand, QueueDoesNotExist, type SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import type { QueueDeclaration } from "../program/declarations.ts";
import { ACCOUNT_ID } from "../program/program.ts";
import { ignoring } from "../promises.ts";
import { keepInspectionShort } from "./inspect.ts";
import { keepTraceHeaders } from "./trace.ts";

export interface Sqs {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** fauxqs, listening on this machine only: its own start function binds every interface. */
export async function startSqs(): Promise<Sqs> {
  // No `host`: with one, fauxqs would hand out queue urls at sqs.<region>.<host>, which need not resolve.
  const app = buildApp({ logger: false });
  keepTraceHeaders(app);
  keepInspectionShort(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    stop: () => app.close(),
  };
}

interface Queues {
  queues: readonly QueueDeclaration[];
  client: SQSClient;
}

export async function createQueues({ queues, client }: Queues): Promise<void> {
  await Promise.all(queues.map((queue) => createQueue({ queue, client })));
}

async function createQueue({ queue, client }: { queue: QueueDeclaration; client: SQSClient }): Promise<void> {
  const settings = await queue.settings;
  const redrive = settings.redrive && {
    deadLetterTargetArn: settings.redrive.deadLetterArn,
    maxReceiveCount: settings.redrive.maxReceiveCount,
  };
  await client.send(
    new CreateQueueCommand({
      QueueName: queue.physicalName,
      Attributes: {
        VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
        MessageRetentionPeriod: String(settings.messageRetentionSeconds),
        DelaySeconds: String(settings.delaySeconds),
        MaximumMessageSize: String(settings.maximumMessageBytes),
        ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
      },
    }),
  );
}

export async function deleteQueues({ queues, client, endpoint }: Queues & { endpoint: string }): Promise<void> {
  await Promise.all(
    queues.map(({ arn }) =>
      client.send(new DeleteQueueCommand({ QueueUrl: queueUrl({ endpoint, arn }) })).catch(ignoring(QueueDoesNotExist)),
    ),
  );
}

/** AWS derives the one from the other in the same way. */
export function queueUrl({ endpoint, arn }: { endpoint: string; arn: string }): string {
  return `${endpoint}/${ACCOUNT_ID}/${arn.slice(arn.lastIndexOf(":") + 1)}`;
}
