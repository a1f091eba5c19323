import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { OldKeyRecordSchema } from "@promptcall/core/contracts/records/old-key";
import type { OldKeys } from "../ports/old-keys.ts";
import { keyOf } from "./items.ts";
import { parse, readItem, type TableOptions } from "./table.ts";

export function oldKeyStore(options: TableOptions): OldKeys {
  const { client, tableName: TableName } = options;
  return {
    async read(apiKey) {
      const item = await readItem(keyOf("oldKey", { apiKey }), options);
      return item && parse(item, OldKeyRecordSchema);
    },

    async write(apiKey, record) {
      const Key = keyOf("oldKey", { apiKey });
      if (record === undefined) await client.send(new DeleteCommand({ TableName, Key }));
      else await client.send(new PutCommand({ TableName, Item: { ...Key, ...record } }));
    },
  };
}
