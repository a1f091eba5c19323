import type { Vonage } from "@vonage/server-sdk";
import type { BareRequest } from "./function.ts";

const https = process.getBuiltinModule("node:https");

type Client = { send(command: object): Promise<unknown> };
type Class = new (input: unknown, more?: object) => object;

/** The carrier's answer is asked for by a client that is made once, and the customer's on a connection of its own. */
export function bareOperations(bundle: Readonly<Record<string, unknown>>, { carrier }: { carrier: string }) {
  const made = (name: string) => bundle[`made${name}`] as Client;
  const from = bundle.DynamoDBDocumentClient as { from(client: Client, options: object): Client } | undefined;
  const clients: Readonly<Record<string, Client | undefined>> = {
    DynamoDB_20120810: from?.from(made("DynamoDBClient"), { marshallOptions: { removeUndefinedValues: true } }),
    AmazonSQS: made("SQSClient"),
    AWSEvents: made("EventBridgeClient"),
  };
  const notUsed = () => Promise.reject(new Error("only the bearer token is used"));
  const credential = {
    ...{ getQueryParams: notUsed, createBasicHeader: notUsed, createSignatureHash: notUsed },
    createBearerHeader: async () => "Bearer e30.e30.c2ln",
  };
  const Carrier = bundle.Vonage as typeof Vonage | undefined;
  const vonage = Carrier && new Carrier(credential, { apiHost: carrier });

  return async ({ target, input }: BareRequest): Promise<unknown> => {
    const [service = "", operation] = target.split(".");
    if (target === "POST /v1/calls" && vonage)
      return await vonage.voice.createOutboundCall(input as Parameters<Vonage["voice"]["createOutboundCall"]>[0]);
    if (operation === undefined) return await posted(`${carrier}${target.split(" ")[1]}`, String(input));
    const name = service.startsWith("DynamoDB") ? operation.replace("Item", "") : operation;
    return await clients[service]?.send(new (bundle[`${name}Command`] as Class)(input));
  };
}

function posted(url: string, body: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) };
  const sent = https.request(url, { method: "POST", agent: false, headers }, (response) =>
    response.resume().on("end", resolve),
  );
  sent.on("error", reject).end(body);
  return promise;
}
