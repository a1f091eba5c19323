import { randomUUID } from "node:crypto";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { Vonage } from "@vonage/server-sdk";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/**
 * The reference: what the sample voice-ttsprompt-lambda does with a request, and nothing more. It writes the call, dials
 * while the customer waits, and answers when the carrier has.
 */
const table = new DynamoDBClient({});
const notUsed = () => Promise.reject(new Error("only the bearer token is used"));
let authorization = "";
const credential = {
  ...{ getQueryParams: notUsed, createBasicHeader: notUsed, createSignatureHash: notUsed },
  createBearerHeader: async () => authorization,
};
const { voice } = new Vonage(credential, { apiHost: process.env.CARRIER ?? "" });

export async function handler({ body = "", headers }: APIGatewayProxyEventV2) {
  const fields = Object.fromEntries(new URLSearchParams(Buffer.from(body, "base64").toString()));
  const tid = randomUUID();
  const attributes = Object.entries(fields).map(([name, value]) => [name, { S: value }] as const);
  const Item = { ...Object.fromEntries(attributes), pk: { S: `sample#${tid}` }, sk: { S: "call" } };
  await table.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
  authorization = headers.authorization ?? "";
  const eventUrl = [`https://hooks.example/${tid}`];
  const input = { action: "input", type: ["dtmf"], dtmf: { maxDigits: fields.pin_code?.length }, eventUrl };
  await voice.createOutboundCall({
    to: [{ type: "phone", number: fields.to ?? "" }],
    from: { type: "phone", number: fields.from ?? "" },
    // Its type is a union of mutable classes.
    ncco: [{ action: "talk", text: fields.text, bargeIn: true }, input] as unknown as [],
    eventUrl,
  });
  return { statusCode: 202, body: JSON.stringify({ tid }) };
}
