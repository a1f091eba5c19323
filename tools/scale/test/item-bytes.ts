import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** As DynamoDB counts: names and texts by their bytes, numbers by half their digits, containers by three and one each. */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, BOOL, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.replace(/\D/g, "").length / 2) + 1;
  if (BOOL !== undefined) return 1;
  if (L !== undefined) return 3 + L.reduce((sum, value) => sum + 1 + valueBytes(value), 0);
  if (M !== undefined) return 3 + Object.keys(M).length + itemBytes(M);
  throw new TypeError("none of the types this service writes");
}
