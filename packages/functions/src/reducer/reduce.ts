import { commandOf } from "@promptcall/core/call/command-of";
import type { Event } from "@promptcall/core/contracts/events";
import { advance, type ProgressPorts, progressFields } from "../calls/progress.ts";
import type { LogRecord } from "../ports/log.ts";

/** Applies events of one call together: one read and one write, however many they are. */
export function reducer(ports: ProgressPorts) {
  return async (events: readonly [Event, ...Event[]]): Promise<LogRecord> => {
    const { tid } = events[0].metadata;
    const type = events.map((event) => event.type).join(" ");
    const commands = events.map(commandOf).filter((command) => command !== undefined);
    if (commands.length === 0) return { event: "event.ignored", tid, type };
    const advanced = await advance({ tid, commands }, ports);
    const refused = advanced.refusals[0]?.refused;
    return { event: "event.reduced", tid, type, ...progressFields(advanced), refused };
  };
}
