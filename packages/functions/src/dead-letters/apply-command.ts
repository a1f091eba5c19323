import type { Command } from "@promptcall/core/call/decide";
import { advance, type ProgressPorts, progressFields } from "../calls/progress.ts";
import type { LogRecord } from "../ports/log.ts";

/** Takes a call on by what a dead letter still says of it. */
export async function applyCommand(
  { tid, type, command }: { tid: string; type: string; command: Command | undefined },
  ports: ProgressPorts,
): Promise<LogRecord> {
  if (command === undefined) return { event: "dead_letter.ignored", tid, type };
  const advanced = await advance({ tid, commands: [command] }, ports);
  const refused = advanced.refusals[0]?.refused;
  return { event: "dead_letter.handled", tid, type, ...progressFields(advanced), refused };
}
