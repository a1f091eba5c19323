import type { Command } from "@promptcall/core/call/decide";
import { commandIds } from "@promptcall/core/contracts/ids";
import type { NotDialed } from "@promptcall/core/contracts/reasons";
import { advance, type ProgressPorts, progressFields } from "../calls/progress.ts";
import type { LogRecord } from "../ports/log.ts";

/** Ends a call that will not be dialed. One that was dialed meanwhile is left alone, but it is not dialed again. */
export async function endQueued(
  { tid, reason }: { tid: string; reason: NotDialed },
  ports: ProgressPorts,
): Promise<LogRecord> {
  const command: Command = {
    type: "end_queued",
    id: commandIds.over(tid),
    at: ports.clock.now().toISOString(),
    reason,
  };
  const advanced = await advance({ tid, commands: [command] }, ports);
  return { event: "batch.swept", tid, ...progressFields(advanced) };
}
