import { BEHIND_ALL } from "@promptcall/core/call/application-list";
import { outcomeOf } from "@promptcall/core/call/call";
import { walk } from "@promptcall/core/call/walk";
import type { ApplicationSchema } from "@promptcall/core/contracts/application-answer";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { Clock } from "../../ports/clock.ts";
import type { FindCallsPorts } from "../lists/find-calls.ts";

export type CountCallsPorts = FindCallsPorts & { readonly clock: Clock };

type Counts = RecordOf<typeof ApplicationSchema>["counts"];

/** Counting stops here: at about 2,500 read units. */
const MOST_COUNTED = 1_000;
const HOUR_MS = 3_600_000;

/** How the newest calls of an application stand. */
export async function countCalls(applicationId: string, ports: CountCallsPorts): Promise<Counts> {
  const asked = { applicationId, before: BEHIND_ALL, most: MOST_COUNTED + 1 };
  const { newest } = ports.applicationLists;
  const places = await Promise.all([newest({ ...asked, of: "calls" }), newest({ ...asked, of: "batches" })]);
  const steps = walk({ places: places.flat().sort().reverse(), most: MOST_COUNTED + 1 });
  const tids = steps.slice(0, MOST_COUNTED).map(({ tid }) => tid);
  const [found, records] = await Promise.all([ports.calls.find(tids), ports.deliveries.find(tids)]);
  const sinceIso = new Date(ports.clock.now().getTime() - HOUR_MS).toISOString();

  const counts = { queued: 0, live: 0, done: 0, failed: 0, parked: 0 };
  for (const [tid, { stored }] of found) {
    const { call } = stored;
    if (call.phase === "queued") counts.queued += 1;
    else if (call.phase !== "completed") counts.live += 1;
    else if (call.completedAt >= sinceIso) counts[outcomeOf(call)?.status === "error" ? "failed" : "done"] += 1;
    if (records.get(tid)?.state === "parked") counts.parked += 1;
  }
  return { ...counts, ...(steps.length > MOST_COUNTED && { at_least: true as const }) };
}
