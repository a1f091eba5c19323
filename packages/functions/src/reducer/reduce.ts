import { commandOf } from "@promptcall/core/call/command-of";
import type { ReportEvent } from "@promptcall/core/contracts/report-events";
import { advance, type ProgressPorts, progressFields } from "../calls/progress.ts";
import type { LogRecord } from "../ports/log.ts";

/** Applies reports on one call together: one read and one write, however many they are. */
export function reducer(ports: ProgressPorts) {
  return async (events: readonly [ReportEvent, ...ReportEvent[]]): Promise<LogRecord> => {
    const { tid } = events[0].metadata;
    const type = events.map((event) => event.type).join(" ");
    const advanced = await advance({ tid, commands: events.map(commandOf) }, ports);
    const refused = advanced.refusals[0]?.refused;
    return { event: "event.reduced", tid, type, ...progressFields(advanced), refused };
  };
}
