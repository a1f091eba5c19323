import { computed, signal } from "@preact/signals";
import { ask, sentenceOf } from "../data/api.ts";
import { row } from "../data/calls.ts";
import { sendAgain } from "../queues/send-again.ts";
import { Button } from "../ui/button.tsx";
import { askFirst } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";
import { number, plural } from "../ui/words.ts";

/** Calls that somebody has picked out of the list, to do one thing with all of them. */
export const selected = signal<ReadonlySet<string>>(new Set());

export function toggle(tid: string): void {
  const next = new Set(selected.peek());
  if (!next.delete(tid)) next.add(tid);
  selected.value = next;
}

export function clearSelection(): void {
  selected.value = new Set();
}

const calls = computed(() => [...selected.value].flatMap((tid) => row(tid)?.value ?? []));
const tidsOf = (fits: (call: (typeof calls.value)[number]) => boolean) =>
  calls.value.filter(fits).map(({ tid }) => tid);

const toSendAgain = computed(() => tidsOf(({ callback: { state } }) => state === "parked" || state === "delivered"));
const waiting = computed(() => tidsOf(({ state }) => state === "queued"));
const live = computed(() => tidsOf(({ state }) => state === "dialing" || state === "ringing" || state === "answered"));

async function cancel(tids: readonly string[]): Promise<void> {
  const answers = await Promise.allSettled(tids.map((tid) => ask({ method: "DELETE", path: `/call/${tid}` })));
  const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  if (refused.length < tids.length) toast(`${plural(tids.length - refused.length, "call")} cancelled.`);
  if (refused.length > 0)
    toast(`${plural(refused.length, "call")} not cancelled. ${sentenceOf(refused[0])}`, { isError: true });
}

function askToCancel(): void {
  const [queued, onTheLine] = [waiting.peek(), live.peek()];
  const all = [...queued, ...onTheLine];
  if (onTheLine.length === 0) return void cancel(all);
  askFirst({
    title: `Cancel ${plural(all.length, "call")}?`,
    body: (
      <p>
        {queued.length > 0 && `${number(queued.length)} that wait are not dialed. `}
        {number(onTheLine.length)} on the line: the person is cut off.
      </p>
    ),
    safe: "Keep calling",
    act: { words: `Cancel ${plural(all.length, "call")}`, isDanger: true, run: () => cancel(all) },
  });
}

/** At the foot of the list, so that it moves no row. */
export function SelectionBar() {
  const count = calls.value.length;
  if (count === 0) return null;
  const again = toSendAgain.value.length;
  const cancellable = waiting.value.length + live.value.length;
  return (
    <div class="selbar">
      <b>{plural(count, "call")} selected</b>
      <span class="selbar-acts">
        <Button kind="quiet" onPress={clearSelection}>
          Clear
        </Button>
        {cancellable > 0 && (
          <Button kind="danger" onPress={askToCancel}>
            Cancel {number(cancellable)}
          </Button>
        )}
        {again > 0 && (
          <Button kind="primary" onPress={() => sendAgain(toSendAgain.peek())}>
            Send {plural(again, "result")} again
          </Button>
        )}
      </span>
    </div>
  );
}
