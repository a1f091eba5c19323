import { type Position, walk } from "@promptcall/core/call/walk";
import type { CallSchema } from "@promptcall/core/contracts/answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { ApplicationLists } from "../../ports/application-lists.ts";
import type { Batches } from "../../ports/batches.ts";
import type { CallStore } from "../../ports/call-store.ts";
import type { CallbackStore } from "../../ports/callback-store.ts";
import { callInList } from "../status/status.ts";
import { placesOfBatches } from "./batch-places.ts";
import { type Asked, isSince } from "./list-query.ts";
import type { Page } from "./page.ts";

export interface FindCallsPorts {
  readonly applicationLists: ApplicationLists;
  readonly calls: Pick<CallStore, "find">;
  readonly batches: Pick<Batches, "find">;
  readonly deliveries: Pick<CallbackStore, "find">;
}

export const CALL_FILTERS = ["state", "status", "reason", "reference", "to", "batch_id", "callback_state"] as const;
export type CallFilter = (typeof CALL_FILTERS)[number] | "receiver";

type ListedCall = RecordOf<typeof CallSchema>;

/** So many calls are looked at for one page, however few of them are wanted: it may be short, and not the last. */
export const MOST_LOOKED_AT = 200;

/** The calls of an application that are asked for, the newest first. */
export async function findCalls(
  asked: Pick<Asked<CallFilter>, "limit" | "window" | "filters" | "from"> & { readonly applicationId: string },
  ports: FindCallsPorts,
): Promise<Page<ListedCall>> {
  const { limit, from, filters } = asked;
  const isFiltered = CALL_FILTERS.some((name) => name !== "batch_id" && filters[name]) || filters.receiver;
  const most = isFiltered ? MOST_LOOKED_AT : limit;
  const places = await placesOf({ ...asked, most: most + 1 }, ports);
  const steps = walk({ places, from, most: most + 1 });
  const looked = steps.slice(0, most);
  const tids = looked.map(({ tid }) => tid);
  const [found, records] = await Promise.all([ports.calls.find(tids), ports.deliveries.find(tids)]);

  const data: ListedCall[] = [];
  let next: Position | undefined;
  for (const { tid, position } of looked) {
    if (data.length === limit) return { data, next };
    next = position;
    const known = found.get(tid);
    if (known === undefined) continue;
    const call = callInList({ ...known, record: records.get(tid) });
    if (isWanted(call, filters)) data.push(call);
  }
  return { data, next: steps.length > most ? next : undefined };
}

/** Where to look, the newest first: in the middle of a batch, if the last page ended there. */
async function placesOf(
  asked: Pick<Asked<CallFilter>, "window" | "filters" | "from"> & { applicationId: string; most: number },
  ports: FindCallsPorts,
): Promise<readonly string[]> {
  const { applicationId, from, window, filters, most } = asked;
  const rest = from.below === undefined ? [] : [from.place];
  const newest = filters.batch_id
    ? [await placesOfBatches({ ids: filters.batch_id, applicationId, before: from.place }, ports)]
    : await Promise.all(
        (["calls", "batches"] as const).map((of) =>
          ports.applicationLists.newest({ applicationId, of, before: from.place, most }),
        ),
      );
  return [...rest, ...newest.flat().sort().reverse()].filter(isSince(window));
}

const digitsOf = (number: string) => number.replaceAll(/\D/g, "");

function isWanted(call: ListedCall, filters: Asked<CallFilter>["filters"]): boolean {
  const { to, ...others } = filters;
  const values: Partial<Record<CallFilter, string | undefined>> = {
    ...call,
    callback_state: call.callback.state,
    receiver: call.callback.receiver,
  };
  if (to !== undefined && ![...to].some((number) => digitsOf(number) === digitsOf(call.to))) return false;
  return Object.entries(others).every(([name, wanted]) => wanted.has(values[name as CallFilter] ?? ""));
}
