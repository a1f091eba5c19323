import { acceptedAt } from "@promptcall/core/call/application-list";
import type { Position } from "@promptcall/core/call/walk";
import type { BatchSchema } from "@promptcall/core/contracts/batch-answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { Loop } from "@promptcall/core/dialing/loop";
import type { ApplicationLists } from "../../ports/application-lists.ts";
import { batchStatus, type StatusPorts } from "../status/status.ts";
import { type Asked, isSince } from "./list-query.ts";
import type { Page } from "./page.ts";

export type FindBatchesPorts = StatusPorts & { readonly applicationLists: ApplicationLists };

type ListedBatch = RecordOf<typeof BatchSchema>;

/** So many are looked at for one page: to count one of 10,000 calls reads a megabyte. */
export const MOST_COUNTED = 25;

/** The batches of an application that are asked for, the newest first. */
export async function findBatches(
  asked: Pick<Asked<"state">, "limit" | "window" | "filters" | "from"> & { readonly applicationId: string },
  ports: FindBatchesPorts,
): Promise<Page<ListedBatch>> {
  const { applicationId, from, window, filters } = asked;
  const most = Math.min(asked.limit, MOST_COUNTED);
  const all = await ports.applicationLists.newest({ applicationId, of: "batches", before: from.place, most: most + 1 });
  const places = all.filter(isSince(window));
  const looked = places.slice(0, most);
  const loops = readOnce(ports.loops);
  const statuses = await Promise.all(
    looked.map(async (place) => {
      const batch = await ports.batches.find(acceptedAt(place).id);
      return batch && (await batchStatus(batch, { ...ports, loops }));
    }),
  );
  const data = statuses.flatMap((status) => (status && (filters.state?.has(status.state) ?? true) ? [status] : []));
  const last = looked.at(-1);
  const next: Position | undefined = places.length > most && last !== undefined ? { place: last } : undefined;
  return { data, next };
}

/** The batches of an application have one loop, or few. */
function readOnce(loops: StatusPorts["loops"]): StatusPorts["loops"] {
  const reads = new Map<string, Promise<Loop>>();
  return {
    read: (owner) => {
      const read = reads.get(owner) ?? loops.read(owner);
      reads.set(owner, read);
      return read;
    },
  };
}
