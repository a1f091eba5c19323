import { ask, askJson, sentenceOf } from "../data/api.ts";
import { toast } from "../ui/toast.tsx";
import { number } from "../ui/words.ts";

const AT_ONCE = 4;

/** Sends the results of these calls again, some at a time. */
export async function sendAgain(tids: readonly string[]): Promise<void> {
  const left = [...tids];
  let sent = 0;
  let failure: unknown;
  const work = async () => {
    for (let tid = left.shift(); tid !== undefined; tid = left.shift()) {
      try {
        await ask({ method: "POST", path: `/call/${tid}/replay` });
        sent += 1;
      } catch (error) {
        failure = error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, tids.length) }, work));
  if (sent > 0) toast(`${number(sent)} sent again. Waiting for the answers.`);
  if (failure !== undefined) toast(sentenceOf(failure), { isError: true });
}

/** All that is parked at these receivers, a page at a time, as the api takes it. */
export async function sendAgainAt(receivers: readonly string[]): Promise<void> {
  let sent = 0;
  let cursor: string | undefined;
  try {
    do {
      const query = new URLSearchParams({ limit: "100", receiver: receivers.join(",") });
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
