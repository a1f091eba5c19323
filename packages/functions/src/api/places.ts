import type { Placed } from "@promptcall/core/idempotency";
import type { DialQueueMessage } from "@promptcall/core/messages";
import { placesFrom, turnOfBatch, turnOfCall } from "@promptcall/core/pace";
import type { Problem } from "../problem.ts";
import { type AcceptPorts, byMsOf, tooLate, type Window } from "./accept.ts";

/**
 * Places in time for the calls of a request: for as many as there are early enough, or with `isAtomic` for all or none.
 * Calls for a time ahead are given theirs when it has come.
 */
export async function placesOf(
  given: { count: number; isAtomic: boolean; applicationId: string; window: Window; jwt: string },
  { paces, clock }: Pick<AcceptPorts, "paces" | "clock">,
): Promise<{ placed: Placed } | { problem: Problem }> {
  const { count, isAtomic, applicationId, window } = given;
  const byMs = byMsOf(given);
  if (window.isAhead) {
    const pace = await paces.read(applicationId);
    const { fromMs, lastMs } = placesFrom(window.startMs, { count, pace });
    const { callsPerSecond } = pace;
    return { placed: { fromMs, lastMs: Math.min(lastMs, byMs), callsPerSecond, fits: count, isAhead: true } };
  }
  let fits = count;
  let reservation = await paces.reserve({ applicationId, count, byMs });
  // Others may take places in between; each time it is for fewer.
  while (reservation.kind === "too_late" && reservation.fits > 0 && !isAtomic) {
    fits = reservation.fits;
    reservation = await paces.reserve({ applicationId, count: fits, byMs });
  }
  if (reservation.kind === "too_late")
    return { problem: tooLate(reservation, { window, count, nowMs: clock.now().getTime() }) };
  const { fromMs, lastMs, callsPerSecond } = reservation;
  return { placed: { fromMs, lastMs, callsPerSecond, fits, isAhead: false } };
}

interface Timed {
  readonly type: DialQueueMessage["type"];
  readonly placed: Placed;
  readonly window: Window;
  readonly jwt: string;
}

/** The times of a message about a call, or about a batch, that has these places. */
export function timesOf(given: Timed, { clock }: Pick<AcceptPorts, "clock">) {
  const { type, placed, window } = given;
  if (placed.isAhead) {
    const [not_before, place_by] = [placed.fromMs, byMsOf(given)].map((ms) => new Date(ms).toISOString());
    return { not_before, place_by };
  }
  if (placed.fromMs <= Date.parse(window.acceptedAt)) return {};
  if (type === "dial_batch") return turnOfBatch(placed.fromMs);
  // A queue would make a second of the rest of one.
  return placed.fromMs <= clock.now().getTime() ? {} : turnOfCall(placed.fromMs);
}
