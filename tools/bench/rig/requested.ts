/** Of one property, named after its type. */
type AttributeValue = object & { readonly S?: string };
type Item = Readonly<Record<string, AttributeValue>>;

/** What one request to the table asks for: the kinds of items, how many, their bytes, and what is billed for them. */
export interface Requested {
  /** `call spec`, `pace`: the keys without what is particular. */
  readonly kind: string;
  readonly items: number;
  readonly bytes: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

interface Body {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, BatchOf>>;
  /** Of a query, the partition or the list. */
  readonly ExpressionAttributeValues?: Item;
}
type BatchOf = readonly { PutRequest?: { Item: Item } }[] | { Keys: readonly Item[]; ConsistentRead?: boolean };

const WRITE_UNIT_BYTES = 1024;

export const NOTHING: Requested = { kind: "", items: 0, bytes: 0, readUnits: 0, writeUnits: 0 };

/** An item that is updated is one of ours that is small: the request holds only what changes. */
const SMALL: Pick<Requested, "items" | "bytes"> = { items: 1, bytes: 0 };

/** Reads are of items under 4 KB, all of a query together, where half the price is for those that may be a little behind. */
const readUnits = (isConsistent: boolean | undefined) => (isConsistent ? 1 : 0.5);

/** Read from the body of a request to DynamoDB. */
export function requestedBy(operation: string, text: string): Requested {
  // A request that was cut off is refused by the emulators, and costs nothing.
  if (text === "") return NOTHING;
  const body = JSON.parse(text) as Body;
  switch (operation) {
    case "GetItem":
      return { kind: kindOf(body.Key), ...SMALL, readUnits: readUnits(body.ConsistentRead), writeUnits: 0 };
    case "PutItem":
      return written([body.Item ?? {}]);
    case "UpdateItem":
    case "DeleteItem":
      return { kind: kindOf(body.Key), ...SMALL, readUnits: 0, writeUnits: 1 };
    case "Query":
      return {
        kind: kindOf({
          pk: body.ExpressionAttributeValues?.[":pk"] ?? body.ExpressionAttributeValues?.[":list"] ?? {},
        }),
        ...{ ...SMALL, readUnits: readUnits(body.ConsistentRead), writeUnits: 0 },
      };
    case "BatchGetItem":
    case "BatchWriteItem":
      return batchOf(Object.values(body.RequestItems ?? {})[0] ?? []);
    default:
      return NOTHING;
  }
}

function batchOf(batch: BatchOf): Requested {
  if (!("Keys" in batch)) return written(batch.map(({ PutRequest }) => PutRequest?.Item ?? {}));
  const { Keys, ConsistentRead } = batch;
  const kinds = [...new Set(Keys.map(kindOf))].join(" + ");
  return {
    kind: kinds,
    items: Keys.length,
    bytes: 0,
    readUnits: Keys.length * readUnits(ConsistentRead),
    writeUnits: 0,
  };
}

function written(items: readonly Item[]): Requested {
  const sizes = items.map(bytesOf);
  // What is in a list is written once more, as an entry of the index.
  const units = items.map(
    (item, index) => Math.ceil((sizes[index] ?? 0) / WRITE_UNIT_BYTES) + ("list" in item ? 1 : 0),
  );
  return {
    kind: [...new Set(items.map(kindOf))].join(" + "),
    items: items.length,
    bytes: sizes.reduce((total, bytes) => total + bytes, 0),
    readUnits: 0,
    writeUnits: units.reduce((total, one) => total + one, 0),
  };
}

function kindOf(key: Item | undefined): string {
  const name = (attribute: "pk" | "sk") => (key?.[attribute]?.S ?? "").replace(/#.*/, "");
  // A time or a number is particular, too.
  return [...new Set([name("pk"), name("sk")])].filter((part) => part !== "" && !/^\d/.test(part)).join(" ");
}

/** As DynamoDB counts: names, texts in UTF-8, numbers by their digits, and 3 bytes for each list and map. */
export function bytesOf(item: Item): number {
  return Object.entries(item).reduce((total, [name, value]) => total + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  const [[type, content] = ["NULL", true]] = Object.entries(value) as [string, unknown][];
  switch (type) {
    case "S":
      return Buffer.byteLength(String(content));
    case "N":
      return Math.ceil(String(content).replace(/\D/g, "").length / 2) + 1;
    case "M":
      return 3 + Object.keys(content as Item).length + bytesOf(content as Item);
    case "L":
      return (content as AttributeValue[]).reduce((total, entry) => total + 1 + valueBytes(entry), 3);
    default:
      return 1;
  }
}
