import { effect, signal } from "@preact/signals";
import { ask, askJson, sentenceOf } from "../data/api.ts";
import { route } from "../data/route.ts";
import { authorization } from "../data/session.ts";
import type { Batch } from "../data/types.ts";
import { download } from "../ui/download.ts";
import { toast } from "../ui/toast.tsx";

export const batches = signal<readonly Batch[] | undefined>(undefined);
export const failure = signal<string | undefined>(undefined);

/** What this page has sent: the api has no name for a batch, and the address with the token is told once. */
const sent = signal<ReadonlyMap<string, { readonly name: string; readonly token: string | undefined }>>(new Map());

const EVERY_MS = 1_000;
const RATE_OVER_MS = 10_000;

/** How many were dialed when, so that a pace can be told. */
const history = new Map<string, { readonly at: number; readonly dialed: number }[]>();

export function remember({ id, name, statusUrl }: { id: string; name: string; statusUrl: string }): void {
  const token = new URL(statusUrl).searchParams.get("token") ?? undefined;
  sent.value = new Map(sent.peek()).set(id, { name, token });
  void readBatches();
}

export const nameOf = ({ batch_id }: Batch): string =>
  sent.value.get(batch_id)?.name ?? `batch ${batch_id.slice(0, 8)}`;
export const hasToken = ({ batch_id }: Batch): boolean => sent.value.get(batch_id)?.token !== undefined;

export const isOver = ({ state }: Batch): boolean => state === "completed" || state === "cancelled";

export async function readBatches(): Promise<void> {
  try {
    const { data } = await askJson<{ data: Batch[] }>({ path: "/batches?limit=25" });
    for (const batch of data) note(batch);
    batches.value = data;
    failure.value = undefined;
  } catch (error) {
    failure.value = sentenceOf(error);
  }
}

function note({ batch_id, count, states }: Batch): void {
  const at = Date.now();
  const kept = (history.get(batch_id) ?? []).filter((one) => at - one.at <= RATE_OVER_MS);
  history.set(batch_id, [...kept, { at, dialed: count - states.queued }]);
}

/** Calls dialed a second of late; undefined until there is something to tell. */
export function rateOf({ batch_id }: Batch): number | undefined {
  const kept = history.get(batch_id) ?? [];
  const [first, last] = [kept.at(0), kept.at(-1)];
  if (!first || !last || last.at - first.at < 2_000) return undefined;
  // Until its loop is told of, a batch seems to have been dialed.
  const isSteady = kept.every(({ dialed }, index) => index === 0 || dialed >= (kept[index - 1]?.dialed ?? 0));
  return isSteady ? ((last.dialed - first.dialed) * 1_000) / (last.at - first.at) : undefined;
}

/** The screens that show batches have them read again and again. */
export function followBatches(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const follow = async () => {
    if (!document.hidden && authorization.peek() !== undefined) await readBatches();
    if (!isStopped) timer = setTimeout(follow, EVERY_MS);
  };
  void follow();
  const stopWatching = effect(() => {
    if (authorization.value !== undefined && batches.peek() === undefined && route.peek().screen !== "calls")
      void readBatches();
  });
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stopWatching();
  };
}

async function change(
  batch: Batch,
  path: string,
  method: "POST" | "DELETE",
  { anonymous = false } = {},
): Promise<void> {
  const token = sent.peek().get(batch.batch_id)?.token;
  try {
    const changed = await askJson<Batch>({
      method,
      path: anonymous && token !== undefined ? `${path}?token=${encodeURIComponent(token)}` : path,
      anonymous,
    });
    batches.value = batches.peek()?.map((one) => (one.batch_id === batch.batch_id ? { ...one, ...changed } : one));
  } catch (error) {
    toast(sentenceOf(error), { isError: true });
  }
}

export const pause = (batch: Batch) => change(batch, `/batch/${batch.batch_id}/pause`, "POST");
export const resume = (batch: Batch) => change(batch, `/batch/${batch.batch_id}/resume`, "POST");

/** Without the credential what is live goes on: that takes the token of the status address. */
export const cancel = (batch: Batch, { hangsUp }: { readonly hangsUp: boolean }) =>
  change(batch, `/batch/${batch.batch_id}`, "DELETE", { anonymous: !hangsUp });

/** All pages of the results, put together as one file. */
export async function downloadResults(batch: Batch): Promise<void> {
  let text = "";
  let path: string | undefined = `/batch/${batch.batch_id}/results?format=csv`;
  try {
    while (path !== undefined) {
      const answer: Response = await ask({ path, headers: { accept: "text/csv" } });
      text += await answer.text();
      const next: string | undefined = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
      path = next === undefined ? undefined : new URL(next).pathname + new URL(next).search;
    }
    download({ name: `results-${nameOf(batch).replace(/\.csv$/, "")}.csv`, text, type: "text/csv" });
  } catch (error) {
    toast(sentenceOf(error), { isError: true });
  }
}
