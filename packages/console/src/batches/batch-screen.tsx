import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CALL_HEAD, CallRow } from "../calls/call-row.tsx";
import { askJson, sentenceOf } from "../data/api.ts";
import { row, take } from "../data/calls.ts";
import { maskedCall } from "../data/masked.ts";
import { go } from "../data/route.ts";
import type { Call } from "../data/types.ts";
import { BatchBadge } from "../ui/badge.tsx";
import { VirtualList } from "../ui/virtual-list.tsx";
import { number } from "../ui/words.ts";
import { batches, followBatches, isOver, nameOf } from "./batch-list.ts";
import { BatchActions, Progress } from "./progress.tsx";

const EVERY_MS = 2_000;

export function BatchScreen({ id }: { readonly id: string }) {
  const tids = useSignal<readonly string[]>([]);
  const cursor = useSignal<string | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useEffect(followBatches, []);

  const read = async (after?: string) => {
    try {
      const query = new URLSearchParams({ batch_id: id, limit: "100", ...(after !== undefined && { cursor: after }) });
      const page = await askJson<{ data: Call[]; next_cursor?: string }>({ path: `/calls?${query}` });
      take(page.data.map(maskedCall));
      tids.value = [...new Set([...tids.peek(), ...page.data.map(({ tid }) => tid)])];
      if (after !== undefined || cursor.peek() === undefined) cursor.value = page.next_cursor;
      failure.value = undefined;
    } catch (error) {
      failure.value = sentenceOf(error);
    }
  };
  useEffect(() => {
    void read();
    const timer = setInterval(() => {
      if (!document.hidden && tids.peek().length === 0) void read();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);

  const batch = batches.value?.find(({ batch_id }) => batch_id === id);
  const name = batch ? nameOf(batch) : `batch ${id.slice(0, 8)}`;
  return (
    <>
      <p class="crumb">
        <a href="/batches">Batches</a> / {name}
      </p>
      <div class="title">
        <h1 tabIndex={-1}>{name}</h1>
        {batch && <BatchBadge state={batch.state} />}
        {batch && !isOver(batch) && (
          <span class="end">
            <BatchActions batch={batch} />
          </span>
        )}
      </div>
      <div class="col">
        {batch && (
          <section class="card" aria-label="Progress">
            <Progress batch={batch} name={name} />
          </section>
        )}
        {batch && Object.keys(batch.reasons).length > 0 && (
          <section class="card" aria-label="Reasons">
            <header>
              <h2>Why calls ended in an error</h2>
            </header>
            <div class="legend pad">
              {Object.entries(batch.reasons).map(([reason, count]) => (
                <span key={reason}>
                  <b>{number(count ?? 0)}</b> {reason}
                </span>
              ))}
            </div>
          </section>
        )}
        <section class="card list" aria-label="Calls of the batch">
          <header>
            <h2>Calls</h2>
            <span class="small muted">in the order of the file</span>
          </header>
          {failure.value !== undefined && <p class="note">{failure.value}</p>}
          {tids.value.length === 0 ? (
            <div class="empty">
              <span class="small">None of its calls has been dialed yet.</span>
            </div>
          ) : (
            <VirtualList
              ids={tids.value}
              caption="Calls of the batch"
              columns={7}
              head={CALL_HEAD}
              draw={(tid, attributes) => (row(tid) ? <CallRow key={tid} tid={tid} attributes={attributes} /> : null)}
              onOpen={(tid) => go(`/calls/${tid}`)}
              note={
                cursor.value === undefined ? (
                  ""
                ) : (
                  <button type="button" class="link" onClick={() => read(cursor.peek())}>
                    Read 100 more
                  </button>
                )
              }
            />
          )}
        </section>
      </div>
    </>
  );
}
