import type { Placed } from "@promptcall/core/idempotency";
import { placesFrom } from "@promptcall/core/pace";
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

/** The times of a message about calls that have these places. */
export function timesOf({ placed, window, jwt }: { placed: Placed; window: Window; jwt: string }) {
  const not_before = new Date(placed.fromMs).toISOString();
  if (placed.isAhead) return { not_before, place_by: new Date(byMsOf({ window, jwt })).toISOString() };
  return placed.fromMs > Date.parse(window.acceptedAt) ? { not_before } : {};
}
