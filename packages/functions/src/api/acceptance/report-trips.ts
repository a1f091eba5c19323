import { maskNumber } from "@promptcall/core/call/phone";
import type { GuardTripped } from "@promptcall/core/contracts/application-events";
import { eventIds } from "@promptcall/core/contracts/ids";
import { dayOf, hourOf } from "@promptcall/core/guard/counting";
import type { Bus } from "../../ports/bus.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";

export interface TripPorts {
  readonly bus: Bus;
  readonly log: Log;
  readonly random: Random;
}

/** Numbers, and an application, that have come to their limit. */
interface Full {
  readonly numbers: readonly string[];
  readonly application: string | undefined;
  readonly nowMs: number;
}

/** A batch may bring thousands of numbers to their limit; one tells enough of it. */
const MOST_TOLD = 10;

/** Says that the guard refuses calls from now on. The calls that came before are accepted, whatever becomes of the event. */
export async function reportTrips({ numbers, application, nowMs }: Full, ports: TripPorts): Promise<void> {
  const { bus, log, random } = ports;
  if (numbers.length === 0 && application === undefined) return;
  const iso = (ms: number) => new Date(ms).toISOString();
  const [hour, day] = [iso(hourOf(nowMs).endMs), iso(dayOf(nowMs).endMs)];
  const time = iso(nowMs);
  const ofNumbers = numbers.slice(0, MOST_TOLD).map(
    (number): GuardTripped => ({
      type: "guard.tripped",
      // Neither the number nor a hash of it, which could be tried out, is to be seen.
      metadata: { id: random.uuid(), version: 1, time },
      data: { rule: "destination_limit", until: hour, to: maskNumber(number) },
    }),
  );
  const ofApplication = (application_id: string): GuardTripped => ({
    type: "guard.tripped",
    metadata: {
      id: eventIds.tripped({ rule: "application_limit", of: application_id, until: day }),
      version: 1,
      application_id,
      time,
    },
    data: { rule: "application_limit", until: day },
  });
  const events = [...ofNumbers, ...(application === undefined ? [] : [ofApplication(application)])];
  for (const { data } of events) log.info({ event: "guard.tripped", rule: data.rule, until: data.until });
  try {
    await bus.publish(events);
  } catch (error) {
    log.failure("guard.tripped.unpublished", error);
  }
}
