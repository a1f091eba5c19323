import { effect } from "@preact/signals";
import { chooseFilter } from "../calls/tiles.tsx";
import { ask, askJson, sentenceOf } from "../data/api.ts";
import { row, setSearch } from "../data/calls.ts";
import { go } from "../data/route.ts";
import { toast } from "../ui/toast.tsx";
import { number } from "../ui/words.ts";

const AT_ONCE = 4;

/** The list of calls, with these alone in it. */
function showThese(tids: readonly string[]): void {
  go("/");
  chooseFilter("parked");
  setSearch("", new Set(tids));
}

/** Tells once what came of it: an answer is one more delivery attempt. */
function tellOutcome(sent: ReadonlyMap<string, number>): void {
  const stop = effect(() => {
    const calls = [...sent].map(([tid, made]) => ({ call: row(tid)?.value, made }));
    const answered = calls.filter(({ call, made }) => (call?.callback.attempts.length ?? 0) > made);
    if (answered.length < sent.size) return;
    const isDelivered = ({ call }: (typeof calls)[number]) => call?.callback.state === "delivered";
    const delivered = answered.filter(isDelivered).length;
    const left = answered.filter((one) => !isDelivered(one)).flatMap(({ call }) => call?.tid ?? []);
    const parked = left.length;
    const words = [
      delivered > 0 ? `${number(delivered)} delivered` : "",
      parked > 0 ? `${number(parked)} not delivered again` : "",
    ];
    queueMicrotask(() => {
      stop();
      const act = { words: `Show the ${number(parked)}`, run: () => showThese(left) };
      toast(`${words.filter(Boolean).join(", ")}.`, parked > 0 ? { icon: "parked", act } : {});
    });
  });
}

/** Sends the results of these calls again, some at a time. */
export async function sendAgain(tids: readonly string[]): Promise<void> {
  const left = [...tids];
  const sent = new Map<string, number>();
  let failure: unknown;
  const work = async () => {
    for (let tid = left.shift(); tid !== undefined; tid = left.shift()) {
      try {
        const made = row(tid)?.peek().callback.attempts.length ?? 0;
        await ask({ method: "POST", path: `/call/${tid}/replay` });
        sent.set(tid, made);
      } catch (error) {
        failure = error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, tids.length) }, work));
  if (sent.size > 0) {
    toast(`${number(sent.size)} sent again. Waiting for the answers.`);
    tellOutcome(sent);
  }
  if (failure !== undefined) toast(sentenceOf(failure), { isError: true });
}

/** All that is parked at these receivers, of calls accepted since then, a page at a time, as the api takes it. */
export async function sendAgainAt(receivers: readonly string[], since: string | undefined): Promise<void> {
  let sent = 0;
  let cursor: string | undefined;
  try {
    do {
      const query = new URLSearchParams({ limit: "100", receiver: receivers.join(","), ...(since && { since }) });
      if (cursor !== undefined) query.set("cursor", cursor);
      const answer = await askJson<{ count: number; next_cursor?: string }>({
        method: "POST",
        path: `/calls/replay?${query}`,
      });
      sent += answer.count;
      cursor = answer.next_cursor;
    } while (cursor !== undefined);
    toast(`${number(sent)} sent again. Waiting for the answers.`);
  } catch (error) {
    toast(sentenceOf(error), { isError: true });
  }
}
