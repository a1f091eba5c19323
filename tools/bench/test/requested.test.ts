import { expect, it } from "vitest";
import { requestedBy } from "../rig/requested.ts";

const operations = ["GetItem", "PutItem", "UpdateItem", "BatchGetItem", "BatchWriteItem", "DescribeTable"];

it.each(operations)("counts nothing for a request that came without its body: %s", (operation) => {
  expect(requestedBy(operation, "")).toEqual({ kind: "", items: 0, bytes: 0, readUnits: 0, writeUnits: 0 });
});
