import type { Guard } from "@promptcall/core/contracts/settings/guard";
import { forbidden, mostMicros } from "@promptcall/core/guard/judge";
import type { Problem } from "../../http/problem.ts";
import type { Breakers } from "../../ports/breakers.ts";
import type { Clock } from "../../ports/clock.ts";
import { type RefusedCall, refusedByGuard, tooDear } from "./guard-refusals.ts";
import { opensOf } from "./opens-of.ts";
import type { PricedRow, PriceSettings } from "./priced-row.ts";
import type { Calls } from "./read-call.ts";

export interface GuardRowsPorts {
  readonly breakers: Pick<Breakers, "suspendedUntil">;
  readonly clock: Clock;
  readonly settings: PriceSettings;
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
  /** Numbers that the application itself does not call. */
  readonly doNotCall: ReadonlySet<string>;
  readonly policy: Guard;
  /** From when until when they may be dialed; epoch ms. */
  readonly window: { readonly startMs: number; readonly byMs: number };
}

/** Judges each call by its number, its destination and its price. Nothing is written. */
export async function guardRows(
  { calls, priced, applicationId, doNotCall, policy, window }: Asked,
  ports: GuardRowsPorts,
): Promise<Guarded | { problem: Problem }> {
  const refused: RefusedCall[] = [];
  const allowed = priced.filter((row) => {
    const { index, callee } = row;
    const refusedFor = doNotCall.has(callee.digits) ? "do_not_call" : forbidden(callee, policy);
    const code = refusedFor ?? (opensOf(row, window.startMs) >= window.byMs ? "outside_local_time" : undefined);
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

function priceProblem(rows: readonly PricedRow[], { options }: Calls, policy: Guard): Problem | undefined {
  const most = mostMicros({ asked: options.max_price, policy });
  const micros = priceOf(rows);
  return most !== undefined && micros > most ? tooDear({ micros, mostMicros: most }) : undefined;
}

export const priceOf = (rows: readonly PricedRow[]): number => rows.reduce((sum, row) => sum + row.priceMicros, 0);
