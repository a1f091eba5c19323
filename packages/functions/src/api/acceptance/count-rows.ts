import type { Guard } from "@promptcall/core/contracts/settings/guard";
import { dayOf, hourOf } from "@promptcall/core/guard/counting";
import type { Problem } from "../../http/problem.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CallsByNumber, GuardCounts } from "../../ports/guard-counts.ts";
import type { Log } from "../../ports/log.ts";
import { type RefusedCall, tooManyToday } from "./guard-refusals.ts";
import { problemOf } from "./guard-rows.ts";
import type { PricedRow } from "./priced-row.ts";
import type { Calls } from "./read-call.ts";
import { reportTrips, type TripPorts } from "./report-trips.ts";
import { mostDials } from "./retry-of.ts";

export interface CountRowsPorts extends TripPorts {
  readonly counts: GuardCounts;
  readonly clock: Clock;
  readonly log: Log;
}

interface Wanted {
  readonly calls: Calls;
  readonly rows: readonly PricedRow[];
  /** Those that were refused before. */
  readonly refused: readonly RefusedCall[];
  readonly policy: Guard;
  readonly applicationId: string;
}

/** The calls for which there was room, which are counted now; and those for which there was none. */
export interface CountedRows {
  readonly rows: readonly PricedRow[];
  readonly refused: readonly RefusedCall[];
}

/**
 * Counts calls that are about to be accepted, each as often as it may be dialed. What comes to nothing is given back;
 * should that fail, it stays counted, until the hour or the day is over.
 */
export async function countRows(wanted: Wanted, ports: CountRowsPorts): Promise<CountedRows | { problem: Problem }> {
  const { calls, rows, policy, applicationId } = wanted;
  const nowMs = ports.clock.now().getTime();
  const { callsPerDay, callsPerDestinationPerHour } = policy;
  const [ofDay, ofNumbers] = await Promise.all([
    callsPerDay === undefined
      ? undefined
      : ports.counts.addToApplication(applicationId, { calls: dialsOf(rows), limit: callsPerDay }),
    ports.counts.addToNumbers(dialsByNumber(rows), callsPerDestinationPerHour),
  ]);
  const giveBack = async (unused: Promise<void>) =>
    await unused.catch((error: unknown) => ports.log.failure("guard.not_given_back", error));
  if (ofDay?.kind === "no_room") {
    await giveBack(ofNumbers.giveBack(ofNumbers.rooms));
    return { problem: tooManyToday({ left: ofDay.left, limit: callsPerDay ?? 0, untilMs: dayOf(nowMs).endMs, nowMs }) };
  }
  const counted = withinRoom(rows, { rooms: ofNumbers.rooms, untilMs: hourOf(nowMs).endMs });
  const refused = [...wanted.refused, ...counted.refused];
  const problem = problemOf({ calls, refused, nowMs });
  const unusedRooms = problem === undefined ? counted.unused : ofNumbers.rooms;
  if (unusedRooms.size > 0) await giveBack(ofNumbers.giveBack(unusedRooms));
  const unused = dialsOf(rows) - (problem === undefined ? dialsOf(counted.rows) : 0);
  if (ofDay !== undefined && unused > 0) await giveBack(ofDay.giveBack(unused));
  if (problem !== undefined) return { problem };
  const numbers = ofNumbers.full.filter((number) => !unusedRooms.has(number));
  const full = { numbers, application: ofDay?.isFull && unused === 0 ? applicationId : undefined };
  await reportTrips({ ...full, nowMs }, ports);
  return { rows: counted.rows, refused };
}

/** The same as it would come out, without counting. */
export async function roomForRows(wanted: Wanted, ports: CountRowsPorts): Promise<CountedRows | { problem: Problem }> {
  const { calls, rows, policy, applicationId } = wanted;
  const nowMs = ports.clock.now().getTime();
  const { callsPerDay, callsPerDestinationPerHour } = policy;
  if (callsPerDay !== undefined) {
    const left = await ports.counts.leftOfApplication(applicationId, callsPerDay);
    if (left < dialsOf(rows))
      return { problem: tooManyToday({ left, limit: callsPerDay, untilMs: dayOf(nowMs).endMs, nowMs }) };
  }
  const rooms = await ports.counts.roomOfNumbers(dialsByNumber(rows), callsPerDestinationPerHour);
  const counted = withinRoom(rows, { rooms, untilMs: hourOf(nowMs).endMs });
  const refused = [...wanted.refused, ...counted.refused];
  const problem = problemOf({ calls, refused, nowMs });
  return problem === undefined ? { rows: counted.rows, refused } : { problem };
}

const dialsOf = (rows: readonly PricedRow[]): number => rows.reduce((sum, { request }) => sum + mostDials(request), 0);

function dialsByNumber(rows: readonly PricedRow[]): CallsByNumber {
  const byNumber = Map.groupBy(rows, ({ callee: { digits } }) => digits);
  return new Map([...byNumber].map(([digits, own]) => [digits, dialsOf(own)]));
}

/** The first calls to a number are made, as far as there is room for all of their dials; the others are not. */
function withinRoom(
  rows: readonly PricedRow[],
  { rooms, untilMs }: { rooms: CallsByNumber; untilMs: number },
): CountedRows & { readonly unused: CallsByNumber } {
  const left = new Map(rooms);
  const refused: RefusedCall[] = [];
  const kept = rows.filter(({ index, callee, request }) => {
    const after = (left.get(callee.digits) ?? 0) - mostDials(request);
    if (after < 0) refused.push({ index, code: "destination_limit", untilMs });
    else left.set(callee.digits, after);
    return after >= 0;
  });
  return { rows: kept, refused, unused: new Map([...left].filter(([, room]) => room > 0)) };
}
