import { queryOf } from "./query.ts";
import type { Send } from "./transport.ts";

interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor?: string;
}

/** All items of a list, the newest first. A page is asked for when the one before it has been read. */
export async function* items<Item>(
  { path, filters, signal }: { path: string; filters: Parameters<typeof queryOf>[0]; signal?: AbortSignal | undefined },
  send: Send,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const answer = await send({ method: "GET", path: `${path}${queryOf({ ...filters, cursor })}`, signal });
    const page = answer.json as Page<Item>;
    yield* page.data;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
}
