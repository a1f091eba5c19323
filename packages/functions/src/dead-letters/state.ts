import { commandOf } from "@promptcall/core/call/command-of";
import { DeliveredReportSchema } from "@promptcall/core/contracts/report-events";
import * as z from "zod/mini";
import type { ProgressPorts } from "../calls/progress.ts";
import type { LogRecord } from "../ports/log.ts";
import { applyCommand } from "./apply-command.ts";
import { UnreadableSchema } from "./unreadable.ts";

/** A message of the state queue that failed five times, or cannot be read. */
export const DeadStateSchema = z.union([DeliveredReportSchema, UnreadableSchema]);

export function stateDeadLetters(ports: ProgressPorts) {
  return async (message: z.infer<typeof DeadStateSchema>): Promise<LogRecord> => {
    const tid = "tid" in message ? message.tid : message.metadata.tid;
    // An unreadable report counts as lost: the call's deadline makes up for it.
    const command = message.type === "unreadable" ? undefined : commandOf(message);
    return await applyCommand({ tid, type: message.type, command }, ports);
  };
}
