import { type Event, EventSchema } from "@promptcall/core/events";
import type { Bus } from "../../src/ports.ts";

export interface MemoryBus extends Bus {
  /** Everything that was ever published, in order. */
  readonly published: readonly Event[];
}

/** Events travel as JSON, and each is held to its schema, as its subscribers will do. */
export function memoryBus(): MemoryBus {
  const published: Event[] = [];
  return {
    published,
    async publish(events) {
      published.push(...events.map((event) => EventSchema.parse(JSON.parse(JSON.stringify(event)))));
    },
  };
}
