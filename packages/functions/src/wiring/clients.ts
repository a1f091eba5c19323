import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { retentionDays } from "@promptcall/core/contracts/settings/stage";
import { documents, type TableOptions } from "../dynamodb/table.ts";
import { CLIENT_TIMEOUTS, withTimeouts } from "../runtime/client-timeouts.ts";
import { settings, tableName } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";

/** One client for everything in the table: each client costs a TLS handshake at cold start. */
export const dynamoDb = withTimeouts(new DynamoDBClient(CLIENT_TIMEOUTS));
const client = documents(dynamoDb);
let table: TableOptions | undefined;
export const linkedTable = (): TableOptions =>
  (table ??= { client, tableName: tableName(), ...settings({ retentionDays }), clock });
