import { lengthSeconds, spokenPartsOf } from "@promptcall/core/call/call-length";
import type { Guard } from "@promptcall/core/contracts/guard";
import type { Settings } from "@promptcall/core/contracts/settings";
import { forbidden, mostMicros } from "@promptcall/core/guard/judge";
import { destinationOf, priceMicrosOf } from "@promptcall/core/guard/rates";
import type { Problem } from "../../http/problem.ts";
import type { Breakers } from "../../ports/breakers.ts";
import type { Clock } from "../../ports/clock.ts";
import { type Callee, calleeOf } from "./callee.ts";
import { type RefusedCall, refusedByGuard, tooDear } from "./guard-refusals.ts";
import type { Calls, Row } from "./read-call.ts";

export interface GuardRowsPorts {
  readonly breakers: Pick<Breakers, "suspendedUntil">;
  readonly clock: Clock;
  readonly settings: Pick<Settings, "carrier"> & { readonly guard: Guard };
}

/** A call that was asked for, and what is known of where it goes. */
export interface PricedRow extends Row {
  readonly callee: Callee;
  readonly destination: string;
  /** The most it may cost. */
  readonly priceMicros: number;
}

/** The calls that the guard lets through, as far as it can tell without counting, and the others. */
export interface Guarded {
  readonly rows: readonly PricedRow[];
  readonly refused: readonly RefusedCall[];
}

interface Asked {
  readonly calls: Calls;
  readonly priced: readonly PricedRow[];
  readonly applicationId: string;
  readonly policy: Guard;
}

/** Judges each call by its number, its destination and its price. Nothing is written. */
export async function guardRows(
  { calls, priced, applicationId, policy }: Asked,
  ports: GuardRowsPorts,
): Promise<Guarded | { problem: Problem }> {
  const refused: RefusedCall[] = [];
  const allowed = priced.filter(({ index, callee }) => {
    const code = forbidden(callee, policy);
    if (code !== undefined) refused.push({ index, code });
    return code === undefined;
  });
  const destinations = [...new Set(allowed.map(({ destination }) => destination))];
  const suspended = await ports.breakers.suspendedUntil(applicationId, destinations);
  const rows = allowed.filter(({ index, destination }) => {
    const untilMs = suspended.get(destination);
    if (untilMs !== undefined) refused.push({ index, code: "destination_suspended", untilMs });
    return untilMs === undefined;
  });
  const problem =
    problemOf({ calls, refused, nowMs: ports.clock.now().getTime() }) ?? priceProblem(rows, calls, policy);
  return problem === undefined ? { rows, refused } : { problem };
}

/** Where a call goes and what it may cost follow from what was asked for. */
export function pricedRow(row: Row, settings: GuardRowsPorts["settings"]): PricedRow {
  const callee = calleeOf(row.request.to);
  const seconds = lengthSeconds(spokenPartsOf(row.request), settings);
  const priceMicros = priceMicrosOf({ digits: callee.digits, seconds }, settings.guard);
  return { ...row, callee, destination: destinationOf(callee, settings.guard), priceMicros };
}

/** What is said where none of the calls is left, or not all that are wanted together. */
export function problemOf(given: {
  calls: Calls;
  refused: readonly RefusedCall[];
  nowMs: number;
}): Problem | undefined {
  const { calls, refused, nowMs } = given;
  const [first, ...others] = refused;
  if (first === undefined || (!calls.isAtomic && refused.length < calls.rows.length)) return undefined;
  return refusedByGuard({ kind: calls.kind, refused: [first, ...others], rejected: calls.rejected, nowMs });
}

function priceProblem(rows: readonly PricedRow[], { timing }: Calls, policy: Guard): Problem | undefined {
  const most = mostMicros({ asked: timing.max_price, policy });
  const micros = priceOf(rows);
  return most !== undefined && micros > most ? tooDear({ micros, mostMicros: most }) : undefined;
}

export const priceOf = (rows: readonly PricedRow[]): number => rows.reduce((sum, row) => sum + row.priceMicros, 0);
