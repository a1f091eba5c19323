import { expect, it } from "vitest";
import { requestedBy } from "../rig/requested.ts";

const operations = [
  "GetItem",
  "PutItem",
  "UpdateItem",
  "BatchGetItem",
  "BatchWriteItem",
  "Query",
  "DeleteItem",
  "DescribeTable",
];

it.each(operations)("counts nothing for a request that came without its body: %s", (operation) => {
  expect(requestedBy(operation, "")).toEqual({ kind: "", items: 0, bytes: 0, readUnits: 0, writeUnits: 0 });
});

it.each([
  ["Query", { ExpressionAttributeValues: { ":pk": { S: "call#1" } } }, { kind: "call", readUnits: 0.5 }],
  [
    "Query",
    { ExpressionAttributeValues: { ":pk": { S: "wait#1" } }, ConsistentRead: true },
    { kind: "wait", readUnits: 1 },
  ],
  ["DeleteItem", { Key: { pk: { S: "wait#1" }, sk: { S: "2026" } } }, { kind: "wait", writeUnits: 1 }],
  ["PutItem", { Item: { pk: { S: "call#1" }, sk: { S: "state" } } }, { kind: "call state", writeUnits: 1 }],
  ["PutItem", { Item: { pk: { S: "call#1" }, sk: { S: "state" }, list: { S: "b#1" } } }, { writeUnits: 2 }],
])("counts as DynamoDB bills it: %s %j", (operation, body, counted) => {
  expect(requestedBy(operation, JSON.stringify(body))).toMatchObject(counted);
});
