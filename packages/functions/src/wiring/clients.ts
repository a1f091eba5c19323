import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { applicationListStore } from "../dynamodb/application-lists.ts";
import { applicationStore } from "../dynamodb/applications.ts";
import { batchStore } from "../dynamodb/batches.ts";
import { breakerStore } from "../dynamodb/breakers.ts";
import { bulkheadStore, sharedPermits } from "../dynamodb/bulkhead.ts";
import { callStore } from "../dynamodb/call-store.ts";
import { callbackStore } from "../dynamodb/callback-store.ts";
import { carrierRateStore } from "../dynamodb/carrier-rate.ts";
import { checkpointStore } from "../dynamodb/checkpoints.ts";
import { guardCountStore } from "../dynamodb/guard-counts.ts";
import { idempotencyStore } from "../dynamodb/idempotency.ts";
import { listStore } from "../dynamodb/lists.ts";
import { loopStore } from "../dynamodb/loops.ts";
import { ownerStore } from "../dynamodb/owners.ts";
import { progressStore, specReader } from "../dynamodb/progress-store.ts";
import { proofStore, questionStore } from "../dynamodb/proofs.ts";
import { receiverStreakStore, rememberedStreaks } from "../dynamodb/receiver-streaks.ts";
import { documents } from "../dynamodb/table.ts";
import { waitingCallStore } from "../dynamodb/waiting-calls.ts";
import { bus as busOn } from "../eventbridge/bus.ts";
import { CLIENT_TIMEOUTS, withTimeouts } from "../runtime/client-timeouts.ts";
import { busName, settings, tableName } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";

/** The ports on AWS. Each function calls only for the resources it is linked to. */
export const eventBridge = withTimeouts(new EventBridgeClient(CLIENT_TIMEOUTS));
export const linkedBus = () => busOn({ client: eventBridge, busName: busName() });

/** One client for everything in the table: each client costs a TLS handshake at cold start. */
export const dynamoDb = withTimeouts(new DynamoDBClient(CLIENT_TIMEOUTS));
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
export const linkedApplicationLists = () => applicationListStore(table());
export const linkedLoops = () => loopStore(table());
export const linkedApplications = () => applicationStore(table());
export const linkedProofs = () => proofStore(table());
export const linkedQuestions = () => questionStore(table());
export const linkedOwners = () => ownerStore(table());
export const linkedRoom = () => carrierRateStore(table());
export const linkedWaitingCalls = () => waitingCallStore(table());
export const linkedIdempotency = () => idempotencyStore(table());
export const linkedBatches = () => batchStore(table());
export const linkedGuardCounts = (key: Uint8Array) => guardCountStore({ ...table(), key });
export const linkedCheckpoints = () => checkpointStore(table());
export const linkedBreakers = () => breakerStore({ ...table(), policy: settings().guard.breaker });
export const linkedStreaks = () => rememberedStreaks(receiverStreakStore(table()), { clock });
export const linkedBulkhead = () => sharedPermits(bulkheadStore(table()), { clock });
