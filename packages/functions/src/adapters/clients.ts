import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { attemptStore } from "./attempts.ts";
import { batchStore } from "./batches.ts";
import { bus as busOn } from "./bus.ts";
import { callStore } from "./call-store.ts";
import { callbackStore } from "./callback-store.ts";
import { carrierRoom } from "./carrier-room.ts";
import { hopStore } from "./hops.ts";
import { listStore } from "./lists.ts";
import { loopStore } from "./loops.ts";
import { ownerStore } from "./owners.ts";
import { PATIENCE, patient } from "./patience.ts";
import { progressStore, specReader } from "./progress-store.ts";
import { clock } from "./real.ts";
import { receivers, sharedPlaces } from "./receivers.ts";
import { busName, settings, tableName } from "./resources.ts";
import { documents } from "./table.ts";
import { waitingStore } from "./waiting.ts";

/** The parts of the cloud, as each function takes them at cold start: a function calls only for what it is linked to. */
export const eventBridge = patient(new EventBridgeClient(PATIENCE));
export const linkedBus = () => busOn({ client: eventBridge, busName: busName() });

/** One for all that is in the table: each client is made anew in a cold start, and shakes hands by itself. */
export const dynamoDb = patient(new DynamoDBClient(PATIENCE));
const client = documents(dynamoDb);
const table = () => ({
  client,
  tableName: tableName(),
  retentionDays: settings().retentionDays,
  clock,
});
export const linkedSpecs = () => ({ spec: specReader(table()) });
export const linkedCall = () => progressStore(table());
export const linkedCalls = () => callStore(table());
export const linkedDeliveries = () => callbackStore(table());
export const linkedBatchDeliveries = () => callbackStore({ ...table(), of: "batch" });
export const linkedLists = () => listStore(table());
export const linkedLoops = () => loopStore(table());
export const linkedOwners = () => ownerStore(table());
export const linkedRoom = () => carrierRoom(table());
export const linkedWaiting = () => waitingStore(table());
export const linkedAttempts = () => attemptStore(table());
export const linkedBatches = () => batchStore(table());
export const linkedHops = () => hopStore(table());
export const linkedReceivers = () => sharedPlaces(receivers(table()));
