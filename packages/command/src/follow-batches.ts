import type { Batch, CreatedBatches, Promptcall } from "promptcall";
import type { Context } from "./context.ts";
import { note } from "./output.ts";
import { progressLine } from "./progress-line.ts";
import { askWhatNow } from "./questions.ts";
import { batchSentence, countsOf, wallTime } from "./sentences.ts";

interface Followed {
  readonly batches: Promptcall["batches"];
  readonly created: CreatedBatches;
}

/** Follows batches until all calls are over. Whoever presses Ctrl-C is asked what to do, and may leave them running. */
export async function followBatches({ batches, created }: Followed, context: Context): Promise<"over" | "left"> {
  const ids = created.batches.map(({ batch_id }) => batch_id);
  const line = context.isTerminal ? progressLine(process.stderr) : undefined;
  const known = new Map<string, Batch>();
  for (;;) {
    const signal = context.interrupted;
    try {
      for (const id of ids)
        for await (const batch of batches.watch(id, { signal })) {
          known.set(id, batch);
          if (line) line.show({ done: completedOf(known), of: created.accepted, words: summaryOf(known) });
          else note(context, batchSentence(batch));
        }
      return "over";
    } catch (error) {
      if (!signal.aborted) throw error;
      line?.leave();
      // The terminal has written ^C at the beginning of this line.
      note(context, "");
      const choice = context.isTerminal ? await askWhatNow() : "leave";
      if (choice === "leave") {
        note(context, `They go on. Follow them with: promptcall watch ${ids.at(-1) ?? ""}`);
        return "left";
      }
      if (choice === "cancel") for (const id of ids) await batches.cancel(id);
    } finally {
      line?.leave();
    }
  }
}

const completedOf = (known: ReadonlyMap<string, Batch>) =>
  [...known.values()].reduce((sum, { states }) => sum + states.completed, 0);

/** How all of them stand together, and what the one that is followed will do. */
function summaryOf(known: ReadonlyMap<string, Batch>): string {
  const batches = [...known.values()];
  const counts: Record<string, number> = {};
  for (const { statuses } of batches)
    for (const [status, calls] of Object.entries(statuses)) counts[status] = (counts[status] ?? 0) + calls;
  const live = batches.reduce((sum, { states }) => sum + states.live, 0);
  const onTheLine = live > 0 ? [`${live} on the line`] : [];
  return [`${completedOf(known)} over`, ...countsOf(counts), ...onTheLine, ...outlookOf(batches.at(-1))].join(", ");
}

function outlookOf(batch: Batch | undefined): string[] {
  const { state, current_calls_per_second: rate, first_dial_at: from, estimated_end_at: end } = batch ?? {};
  const over = end === undefined ? [] : [`over at about ${wallTime(end)}`];
  switch (state) {
    case "waiting":
      return [...(from === undefined ? [] : [`dialed from ${wallTime(from)}`]), ...over];
    case "running":
      return [...(rate === undefined ? [] : [`${rate} a second`]), ...over];
    case "paused":
    case "cancelled":
      return [state];
    case "completed":
    case undefined:
      return [];
    default:
      return state satisfies never;
  }
}
