import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { end, post, serve } from "./http.ts";

/**
 * The reference: what the sample voice-ttsprompt-lambda does with a request, and nothing more. It writes the call, dials
 * while the customer waits, and answers when the carrier has. Any number of requests at the same time.
 */
export interface SampleOptions {
  readonly carrier: string;
  readonly tableName: string;
  readonly dynamoDb: string;
}

const { carrier, tableName, dynamoDb } = JSON.parse(process.argv[2] ?? "") as SampleOptions;
const table = new DynamoDBClient({
  endpoint: dynamoDb,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  requestHandler: { httpAgent: { maxSockets: 200 } },
});

const { url } = await serve(async (request, response) => {
  const fields = Object.fromEntries(new URLSearchParams(await text(request)));
  const tid = randomUUID();
  const attributes = Object.entries(fields).map(([name, value]) => [name, { S: value }] as const);
  const Item = { ...Object.fromEntries(attributes), pk: { S: `sample#${tid}` }, sk: { S: "call" } };
  await table.send(new PutItemCommand({ TableName: tableName, Item }));
  const eventUrl = [`http://127.0.0.1:1/${tid}`];
  const ncco = [
    { action: "talk", text: fields.text, bargeIn: true },
    { action: "input", type: ["dtmf"], dtmf: { maxDigits: fields.pin_code?.length }, eventUrl },
  ];
  const call = { to: [{ type: "phone", number: fields.to }], from: { type: "phone", number: fields.from } };
  const { status } = await post(`${carrier}/v1/calls`, {
    headers: { "content-type": "application/json", authorization: String(request.headers.authorization) },
    body: JSON.stringify({ ...call, ncco, event_url: eventUrl }),
  });
  if (status === 201) end(response, { status: 202, body: JSON.stringify({ tid }) });
  else end(response, { status: 502 });
});
process.send?.(url);
process.on("disconnect", () => process.exit());
