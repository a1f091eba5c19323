type Item = Readonly<Record<string, unknown>>;

/** A request to the table, as a client is given it or as it is on the wire. */
interface Request {
  readonly Key?: Item;
  readonly Item?: Item;
  /** Of a query, the partition or the list. */
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Readonly<Record<string, BatchOf>>;
}
type BatchOf = readonly { readonly PutRequest?: { readonly Item: Item } }[] | { readonly Keys: readonly Item[] };

/** The items that it is about, or their keys. */
export function itemsIn({ Key, Item, ExpressionAttributeValues: values, RequestItems = {} }: Request): readonly Item[] {
  const one = Key ?? Item ?? (values && { pk: values[":pk"] ?? values[":list"] });
  if (one !== undefined) return [one];
  return Object.values(RequestItems).flatMap((batch) => {
    if ("Keys" in batch) return batch.Keys;
    return batch.flatMap(({ PutRequest }) => (PutRequest === undefined ? [] : [PutRequest.Item]));
  });
}

/** What they are: `call spec`, `loop`. Their keys without what is particular. */
export function kindOfItems(request: Request): string {
  return [...new Set(itemsIn(request).map(kindOf))].join(" + ");
}

function kindOf(key: Item): string {
  const name = (attribute: "pk" | "sk") => textOf(key[attribute]).replace(/#.*/, "");
  // A time or a number is particular, too.
  return [...new Set([name("pk"), name("sk")])].filter((part) => part !== "" && !/^\d/.test(part)).join(" ");
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null && "S" in value ? String(value.S) : String(value ?? "");
}
