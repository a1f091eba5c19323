import type { Completed } from "@promptcall/core/call/call";
import type { GuardTripped } from "@promptcall/core/contracts/application-events";
import { eventIds } from "@promptcall/core/contracts/ids";
import { completionOf, type Route } from "@promptcall/core/guard/breaker";
import type { Breakers } from "../ports/breakers.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";

export interface CompletionPorts {
  readonly breakers: Pick<Breakers, "count">;
  readonly bus: Bus;
  readonly clock: Clock;
}

/** Counts how a call has ended for its route. True when calls on it are suspended over that. */
export async function countCompletion(call: Completed, ports: CompletionPorts): Promise<boolean> {
  const completion = completionOf(call);
  const untilMs = completion && (await ports.breakers.count(completion));
  if (completion === undefined || untilMs === undefined) return false;
  await ports.bus.publish([tripped({ ...completion, untilMs, now: ports.clock.now() })]);
  return true;
}

function tripped({ applicationId, destination, untilMs, now }: Route & { untilMs: number; now: Date }): GuardTripped {
  const rule = "destination_completion";
  const until = new Date(untilMs).toISOString();
  return {
    type: "guard.tripped",
    metadata: {
      id: eventIds.tripped({ rule, of: `${applicationId}_${destination}`, until }),
      version: 1,
      application_id: applicationId,
      time: now.toISOString(),
    },
    data: { rule, until, destination },
  };
}
