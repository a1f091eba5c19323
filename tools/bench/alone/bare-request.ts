import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Asked } from "./endpoint.ts";
import type { BareRequest } from "./function.ts";

/** As a client is given it: what it says on the wire, read back. */
export function bareRequest({ target, body, trace }: Asked): BareRequest {
  return { target, input: inputOf(target, body), trace };
}

function inputOf(target: string, body: string): unknown {
  if (target === "POST /v1/calls") {
    const { event_url: eventUrl, ringing_timer: ringingTimer, length_timer: lengthTimer, ...asked } = JSON.parse(body);
    return { ...asked, eventUrl, ringingTimer, lengthTimer };
  }
  if (target.startsWith("POST ")) return body;
  const asked = JSON.parse(body);
  if (target.startsWith("DynamoDB")) return plain(asked);
  const dated = (entry: { Time?: number }) =>
    entry.Time === undefined ? entry : { ...entry, Time: new Date(entry.Time * 1_000) };
  return asked.Entries === undefined ? asked : { ...asked, Entries: asked.Entries.map(dated) };
}

const ITEMS = new Set(["Key", "Item", "ExpressionAttributeValues", "ExclusiveStartKey"]);

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (ITEMS.has(name)) return [name, unmarshall(inner)];
      if (name === "Keys") return [name, inner.map((key: Parameters<typeof unmarshall>[0]) => unmarshall(key))];
      return [name, plain(inner)];
    }),
  );
}
