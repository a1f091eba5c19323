import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Local } from "@promptcall/local/local";

const access = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/** What is in the table, by key. */
export async function itemsIn(local: Local): Promise<ReadonlyMap<string, unknown>> {
  const client = new DynamoDBClient({ ...access, endpoint: local.endpoints.dynamoDb });
  const items = new Map<string, unknown>();
  let from: Record<string, { S: string }> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: String(local.resource("Calls").name),
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items ?? []) items.set(`${item.pk?.S} ${item.sk?.S}`, item);
    from = page.LastEvaluatedKey as typeof from;
  } while (from !== undefined);
  client.destroy();
  return items;
}

/** By queue, how many messages there are: to be taken, delayed, or being worked on. */
export async function messagesIn(local: Local): Promise<Readonly<Record<string, number>>> {
  const client = new SQSClient({ ...access, endpoint: local.endpoints.sqs });
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  const counts = await Promise.all(
    QueueUrls.map(async (QueueUrl) => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
      );
      const kinds = ["", "Delayed", "NotVisible"] as const;
      const messages = kinds.map((kind) => Number(Attributes[`ApproximateNumberOfMessages${kind}`] ?? 0));
      return [QueueUrl.split("/").at(-1) ?? "", messages.reduce((all, one) => all + one, 0)] as const;
    }),
  );
  client.destroy();
  return Object.fromEntries(counts);
}
