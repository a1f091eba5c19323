import { applicationListStore } from "@promptcall/functions/dynamodb/application-lists";
import { applicationStore } from "@promptcall/functions/dynamodb/applications";
import { batchStore } from "@promptcall/functions/dynamodb/batches";
import { breakerStore } from "@promptcall/functions/dynamodb/breakers";
import { bulkheadStore } from "@promptcall/functions/dynamodb/bulkhead";
import { callStore } from "@promptcall/functions/dynamodb/call-store";
import { callbackStore } from "@promptcall/functions/dynamodb/callback-store";
import { carrierRateStore } from "@promptcall/functions/dynamodb/carrier-rate";
import { checkpointStore } from "@promptcall/functions/dynamodb/checkpoints";
import { guardCountStore } from "@promptcall/functions/dynamodb/guard-counts";
import { idempotencyStore } from "@promptcall/functions/dynamodb/idempotency";
import { listStore } from "@promptcall/functions/dynamodb/lists";
import { loopStore } from "@promptcall/functions/dynamodb/loops";
import { oldKeyStore } from "@promptcall/functions/dynamodb/old-keys";
import { ownerStore } from "@promptcall/functions/dynamodb/owners";
import { parkedDigitsStore } from "@promptcall/functions/dynamodb/parked-digits";
import { proofStore, questionStore } from "@promptcall/functions/dynamodb/proofs";
import { receiverStreakStore } from "@promptcall/functions/dynamodb/receiver-streaks";
import { documents } from "@promptcall/functions/dynamodb/table";
import { waitingCallStore } from "@promptcall/functions/dynamodb/waiting-calls";
import type { Clock } from "@promptcall/functions/ports/clock";
import type { Fakes } from "@promptcall/simulation/cloud/fakes";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import type { Counter } from "./counter.ts";
import { emulatedTable } from "./emulated-table.ts";
import { itemsIn, kindOfItems } from "./items-in.ts";
import { keptBytesIn } from "./kept.ts";

/** Numbers are counted under their hash with it. */
const NUMBERS_KEY = new Uint8Array(32);

/** The table of the stacks, with the units that AWS would bill for each request. */
export async function countedTable(
  { graph, settings }: Stacks,
  { clock, counter }: { clock: Clock; counter: () => Counter },
) {
  const emulated = await emulatedTable({ graph, tableName: "calls" });
  const { dynamoDb, tableName } = emulated;
  const listed = new Set<string>();
  dynamoDb.middlewareStack.add((next, { commandName }) => async (args) => {
    // Ours, once the calls are over.
    if (commandName === "ScanCommand") return await next(args);
    const operation = String(commandName).replace(/Command$/, "");
    const input = args.input as Parameters<typeof itemsIn>[0];
    const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } as never });
    const { ConsumedCapacity = [] } = answer.output as { ConsumedCapacity?: Capacity | Capacity[] };
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    // The emulator leaves out what the table writes to its index: an entry, once an item is in a list.
    const entries = listed.size;
    for (const { pk, list } of itemsIn(input)) if (list !== undefined) listed.add(JSON.stringify(pk));
    const isRead = /Get|Query/.test(operation);
    counter().asked(`DynamoDB ${operation} ${kindOfItems(input)}`);
    counter().add(isRead ? { readUnits: units } : { writeUnits: units + listed.size - entries });
    return answer;
  });
  const options = { client: documents(dynamoDb), tableName, retentionDays: settings.retentionDays, clock };

  return {
    ...emulated,
    parts: {
      calls: () => callStore(options),
      deliveries: () => callbackStore(options),
      parkedDigits: () => parkedDigitsStore(options),
      batchDeliveries: () => callbackStore({ ...options, of: "batch" }),
      batches: () => batchStore(options),
      checkpoints: () => checkpointStore(options),
      loops: () => loopStore(options),
      waiting: () => waitingCallStore(options),
      room: () => carrierRateStore(options),
      owners: () => ownerStore(options),
      applications: () => applicationStore(options),
      proofs: () => proofStore(options),
      questions: () => questionStore(options),
      oldKeys: () => oldKeyStore(options),
      counts: () => guardCountStore({ ...options, key: NUMBERS_KEY }),
      breakers: () => breakerStore({ ...options, policy: settings.guard.breaker }),
      applicationLists: () => applicationListStore(options),
      lists: () => listStore(options),
      attempts: () => idempotencyStore(options),
      bulkhead: () => bulkheadStore(options),
      streaks: () => receiverStreakStore(options),
    } satisfies Record<PortOnTable, () => unknown>,
    keptBytes: () => keptBytesIn({ client: dynamoDb, tableName }),
  };
}

/** All that functions are linked to. */
type PortOnTable = keyof ReturnType<Fakes["portsOf"]>;

interface Capacity {
  readonly CapacityUnits: number;
}
