import { expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../alone/endpoint.ts";

const operations = [
  "AmazonSQS.SendMessage",
  "AmazonSQS.SendMessageBatch",
  "AWSEvents.PutEvents",
  "DynamoDB_20120810.GetItem",
];

it.each(operations)("refuses a request that came without its body, and answers the next one: %s", async (operation) => {
  const endpoint = await startEndpoint();
  onTestFinished(() => endpoint.stop());
  const ask = async (body: string) =>
    (await fetch(endpoint.url, { method: "POST", headers: { "x-amz-target": operation }, body })).status;
  expect([await ask(""), await ask('{"MessageBody":"m","Entries":[]}')]).toEqual([400, 200]);
});
