import type { Command } from "@promptcall/core/decide";
import { commandIds } from "@promptcall/core/ids";
import type { NotDialed } from "@promptcall/core/reasons";
import type { Told } from "../ports/log.ts";
import { advance, type ProgressPorts, progressFields } from "../progress.ts";

/** Ends a call that will not be dialed any more; one that was dialed meanwhile ends as it does. */
export async function endQueued(
  { tid, reason }: { tid: string; reason: NotDialed },
  ports: ProgressPorts,
): Promise<Told> {
  const command: Command = {
    type: "end_queued",
    id: commandIds.over(tid),
    at: ports.clock.now().toISOString(),
    reason,
  };
  const advanced = await advance({ tid, commands: [command] }, ports);
  return { event: "batch.swept", tid, ...progressFields(advanced) };
}
