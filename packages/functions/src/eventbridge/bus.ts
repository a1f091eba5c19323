import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { EVENT_SOURCE } from "@promptcall/core/contracts/event-source";
import type { Published } from "@promptcall/core/contracts/published";
import { PartialFailureError } from "../errors.ts";
import type { Bus } from "../ports/bus.ts";
import { untilDone } from "../runtime/retried.ts";

/** The most entries one PutEvents takes. */
const ENTRIES_PER_REQUEST = 10;

export interface BusOptions {
  readonly client: EventBridgeClient;
  readonly busName: string;
}

/** PutEvents answers 200 even when it took only some entries or none, so the others are sent again. */
export function bus({ client, busName }: BusOptions): Bus {
  async function put(events: readonly Published[]): Promise<readonly Published[]> {
    const { FailedEntryCount, Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: events.map(({ type, metadata, data }) => ({
          EventBusName: busName,
          Source: EVENT_SOURCE,
          DetailType: type,
          Time: new Date(metadata.time),
          Detail: JSON.stringify({ metadata, data }),
        })),
      }),
    );
    if (FailedEntryCount === 0 && Entries.length === events.length) return [];
    return events.filter((_, index) => Entries[index]?.EventId === undefined);
  }

  return {
    async publish(events) {
      for (let start = 0; start < events.length; start += ENTRIES_PER_REQUEST) {
        let pending: readonly Published[] = events.slice(start, start + ENTRIES_PER_REQUEST);
        await untilDone(async () => {
          pending = await put(pending);
          if (pending.length > 0) throw new PartialFailureError(`the bus did not take ${pending.length} event(s)`);
        });
      }
    },
  };
}
