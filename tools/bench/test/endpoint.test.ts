import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../alone/endpoint.ts";

const operations = [
  "AmazonSQS.SendMessage",
  "AmazonSQS.SendMessageBatch",
  "AWSEvents.PutEvents",
  "DynamoDB_20120810.GetItem",
];

it.each(operations)("refuses a request that came without its body, and answers the next one: %s", async (operation) => {
  const folder = await mkdtemp(path.join(tmpdir(), "endpoint-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const endpoint = await startEndpoint(folder);
  onTestFinished(() => endpoint.stop());
  const ca = await readFile(endpoint.certificate);
  const ask = async (body: string) => {
    const headers = { "x-amz-target": operation, "content-length": body.length };
    const sent = request(endpoint.url, { method: "POST", ca, headers }).end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return response.resume().statusCode;
  };
  expect([await ask(""), await ask('{"MessageBody":"m","Entries":[]}')]).toEqual([400, 200]);
});
