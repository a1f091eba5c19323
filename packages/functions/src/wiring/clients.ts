import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { retentionDays } from "@promptcall/core/contracts/settings/stage";
import { documents, type TableOptions } from "../dynamodb/table.ts";
import { bus as busOn } from "../eventbridge/bus.ts";
import { CLIENT_TIMEOUTS, withTimeouts } from "../runtime/client-timeouts.ts";
import { busName, settings, tableName } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";

/** Each function calls only for what it is linked to. */
export const eventBridge = withTimeouts(new EventBridgeClient(CLIENT_TIMEOUTS));
export const linkedBus = () => busOn({ client: eventBridge, busName: busName() });

/** One client for everything in the table: each client costs a TLS handshake at cold start. */
export const dynamoDb = withTimeouts(new DynamoDBClient(CLIENT_TIMEOUTS));
const client = documents(dynamoDb);
let table: TableOptions | undefined;
export const linkedTable = (): TableOptions =>
  (table ??= { client, tableName: tableName(), ...settings({ retentionDays }), clock });
