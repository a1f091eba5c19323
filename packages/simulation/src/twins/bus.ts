import { EVENT_SOURCE } from "@promptcall/core/event-source";
import { BatchCompleted, type Event, EventSchema, type Published } from "@promptcall/core/events";
import type { Bus } from "@promptcall/functions/ports/bus";
import { idOf } from "./chance.ts";
import { atOnce, type Io } from "./io.ts";

/** Takes an event in the form in which the bus hands it on. */
export type Deliver = (envelope: string, event: Published) => void;

export interface BusTwin extends Bus {
  /** Everything about calls that was ever put on it, in order; and about batches. */
  readonly published: readonly Event[];
  readonly batches: readonly BatchCompleted[];
}

/**
 * Events travel as JSON, and each is held to its schema, as its subscribers will do. The bus may
 * take any of them and not the others.
 */
export function busTwin({ deliver = () => {}, io = atOnce }: { deliver?: Deliver; io?: Io } = {}): BusTwin {
  const published: Event[] = [];
  const batches: BatchCompleted[] = [];
  return {
    published,
    batches,
    async publish(events) {
      const put = events.map(copyOf).map((event) =>
        io(() => {
          if (event.type === "batch.completed") batches.push(event);
          else published.push(event);
          deliver(envelopeOf(event, published.length + batches.length), event);
        }),
      );
      const failed = (await Promise.allSettled(put)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
  };
}

function copyOf(event: Published): Published {
  const copy = JSON.parse(JSON.stringify(event));
  if (event.type === "batch.completed") BatchCompleted.parse(copy);
  else EventSchema.parse(copy);
  return copy;
}

/** EventBridge gives every event it takes an id of its own, and keeps the time it is told to the second. */
function envelopeOf({ type, metadata, data }: Published, ordinal: number): string {
  return JSON.stringify({
    version: "0",
    id: idOf(ordinal),
    "detail-type": type,
    source: EVENT_SOURCE,
    account: "000000000000",
    time: `${metadata.time.slice(0, 19)}Z`,
    region: "us-east-1",
    resources: [],
    detail: { metadata, data },
  });
}
