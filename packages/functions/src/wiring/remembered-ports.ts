import { sharedPermits } from "../dynamodb/bulkhead.ts";
import { rememberedStreaks } from "../dynamodb/receiver-streaks.ts";
import type { Applications } from "../ports/applications.ts";
import type { Bulkhead } from "../ports/bulkhead.ts";
import type { Clock } from "../ports/clock.ts";
import type { ReceiverStreaks } from "../ports/receiver-streaks.ts";
import { remembered } from "../runtime/remembered.ts";

/** How long a result may still go where its application allows it no more. */
const KNOWN_FOR_MS = 10_000;

interface Given {
  readonly applications: Applications;
  readonly streaks: ReceiverStreaks;
  readonly bulkhead: Bulkhead;
  readonly clock: Clock;
}

/** What a process of the dispatcher remembers from one result to the next, in place of reading it for each. */
export function rememberedPorts({ applications, streaks, bulkhead, clock }: Given) {
  const read = (id: string) => applications.read(id, { mayBeBehind: true });
  return {
    applications: { read: remembered(read, { forMs: KNOWN_FOR_MS, clock }) },
    streaks: rememberedStreaks(streaks, { clock }),
    bulkhead: sharedPermits(bulkhead, { clock }),
  };
}
