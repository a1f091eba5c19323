import {
  ApplicationKeysChanged,
  GuardTripped,
  ReceiverFailing,
  ReceiverRecovered,
} from "@promptcall/core/contracts/application-events";
import { BatchCompleted } from "@promptcall/core/contracts/batch-event";
import { EVENT_SOURCE } from "@promptcall/core/contracts/event-source";
import { type Event, EventSchema } from "@promptcall/core/contracts/events";
import type { Published } from "@promptcall/core/contracts/published";
import type { Bus } from "../src/ports/bus.ts";
import { type Io, immediately } from "./io.ts";
import { idOf } from "./random.ts";

/** Receives an event in the bus's envelope. */
export type Deliver = (envelope: string, event: Published) => void;

export interface FakeBus extends Bus {
  /** All published events, in order: of calls, of batches, of the guard, of receivers, and of applications. */
  readonly published: readonly Event[];
  readonly batches: readonly BatchCompleted[];
  readonly trips: readonly GuardTripped[];
  readonly receivers: readonly OfReceiver[];
  readonly keyChanges: readonly ApplicationKeysChanged[];
}

type OfReceiver = ReceiverFailing | ReceiverRecovered;

/** Events are copied as JSON and checked against their schemas. The bus may take some and fail for others. */
export function fakeBus({ deliver = () => {}, io = immediately }: { deliver?: Deliver; io?: Io } = {}): FakeBus {
  const published: Event[] = [];
  const batches: BatchCompleted[] = [];
  const trips: GuardTripped[] = [];
  const receivers: OfReceiver[] = [];
  const keyChanges: ApplicationKeysChanged[] = [];
  return {
    published,
    batches,
    trips,
    receivers,
    keyChanges,
    async publish(events) {
      const put = events.map(copyOf).map((event) =>
        io(() => {
          if (event.type === "batch.completed") batches.push(event);
          else if (event.type === "guard.tripped") trips.push(event);
          else if (event.type === "receiver.failing" || event.type === "receiver.recovered") receivers.push(event);
          else if (event.type === "application.keys_changed") keyChanges.push(event);
          else published.push(event);
          deliver(envelopeOf(event, [published, batches, trips, receivers, keyChanges].flat().length), event);
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
  else if (event.type === "guard.tripped") GuardTripped.parse(copy);
  else if (event.type === "receiver.failing") ReceiverFailing.parse(copy);
  else if (event.type === "receiver.recovered") ReceiverRecovered.parse(copy);
  else if (event.type === "application.keys_changed") ApplicationKeysChanged.parse(copy);
  else EventSchema.parse(copy);
  return copy;
}

/** EventBridge gives each event an id and truncates its time to seconds. */
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
