import { commandOf, type Event } from "@promptcall/core/events";
import type { Told } from "../ports.ts";
import { advance, type ProgressPorts, progressFields } from "../progress.ts";

/** Folds one event of the bus into its call. */
export function reducer(ports: ProgressPorts) {
  return async (event: Event): Promise<Told> => {
    const { tid } = event.metadata;
    const command = commandOf(event);
    if (command === undefined) return { event: "event.ignored", tid, type: event.type };
    const advanced = await advance({ tid, commands: [command] }, ports);
    const refused = advanced.refusals[0]?.refused;
    return { event: "event.reduced", tid, type: event.type, ...progressFields(advanced), refused };
  };
}
