import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Call } from "@promptcall/console/data/types";
import { acceptedAt, BEHIND_ALL } from "@promptcall/core/call/application-list";
import type { Settings } from "@promptcall/core/contracts/settings";
import { callInList } from "@promptcall/functions/api/status/status";
import { applicationListStore } from "@promptcall/functions/dynamodb/application-lists";
import { batchStore } from "@promptcall/functions/dynamodb/batches";
import { callStore } from "@promptcall/functions/dynamodb/call-store";
import { callbackStore } from "@promptcall/functions/dynamodb/callback-store";
import { documents } from "@promptcall/functions/dynamodb/table";
import type { BatchRecord } from "@promptcall/functions/ports/batches";
import { clock } from "@promptcall/functions/runtime/system-clock";
import type { Local } from "@promptcall/local/local";

/** The newest batches of the application that the page sends as. */
const NEWEST_BATCHES = 100;

/** What the table says, as the api would answer it. */
export interface Records {
  calls(tids: readonly string[]): Promise<readonly Call[]>;
  /** What is said in a call, while that is on record. */
  spoken(tid: string): Promise<{ readonly attemptsAllowed: number } | undefined>;
  applicationOf(tid: string): Promise<string | undefined>;
  batch(id: string): Promise<BatchRecord | undefined>;
  batchIds(): Promise<readonly string[]>;
  close(): void;
}

export function recordsOf({ local, applicationId }: { local: Local; applicationId: string }): Records {
  const client = new DynamoDBClient({
    endpoint: local.endpoints.dynamoDb,
    region: String(local.environment.AWS_REGION),
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const { retentionDays } = local.resource("Settings") as unknown as Pick<Settings, "retentionDays">;
  const tableName = String(local.resource("Calls").name);
  const table = { client: documents(client), tableName, clock, retentionDays };
  const calls = callStore(table);
  const deliveries = callbackStore(table);
  const batches = batchStore(table);
  const lists = applicationListStore(table);
  return {
    async calls(tids) {
      const [found, records] = await Promise.all([calls.find(tids), deliveries.find(tids)]);
      return tids.flatMap((tid) => {
        const known = found.get(tid);
        return known === undefined ? [] : [callInList({ ...known, record: records.get(tid) })];
      });
    },
    spoken: (tid) => calls.spec(tid),
    applicationOf: async (tid) => (await calls.spec(tid))?.applicationId,
    batch: (id) => batches.find(id),
    async batchIds() {
      const places = await lists.newest({ applicationId, of: "batches", before: BEHIND_ALL, most: NEWEST_BATCHES });
      return places.map((place) => acceptedAt(place).id);
    },
    close: () => client.destroy(),
  };
}
