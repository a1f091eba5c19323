import { type DialWindow, dialWindowOf, planAcceptance } from "@promptcall/core/acceptance/acceptance";
import type { DialSlots } from "@promptcall/core/acceptance/idempotency";
import { policyOf } from "@promptcall/core/contracts/guard";
import type { Loop } from "@promptcall/core/dialing/loop";
import type { Problem } from "../../http/problem.ts";
import type { Loops } from "../../ports/loops.ts";
import { expiryMsOfJwt } from "../../security/credential.ts";
import type { Proven } from "../proof/prove.ts";
import { type CountRowsPorts, countRows, roomForRows } from "./count-rows.ts";
import { letThrough, recordOf } from "./guard-refusals.ts";
import { type GuardRowsPorts, guardRows } from "./guard-rows.ts";
import type { PricedRow } from "./priced-row.ts";
import type { Calls } from "./read-call.ts";
import { refusalOf } from "./refusal.ts";

export interface DecideRequestPorts extends GuardRowsPorts, CountRowsPorts {
  readonly loops: Pick<Loops, "read">;
}

/** What becomes of a request. */
export interface Decided {
  /** The calls that are accepted, in the order in which they came. */
  readonly rows: readonly PricedRow[];
  readonly slots: DialSlots;
  /** By when the last of them has to be dialed. */
  readonly byMs: number;
  readonly window: DialWindow;
  readonly jwt: string;
  /** The loop that this was decided by; none where it was decided before. */
  readonly loop?: Loop;
}

interface Asked {
  readonly calls: Calls;
  readonly proven: Proven;
  readonly acceptedAt: Date;
  /** What was decided on the same request before: it stands. */
  readonly slots: DialSlots | undefined;
}

/**
 * Decides which of the calls are accepted, and when they are dialed. Only the guard's counts are written: not before it
 * is certain that there is a slot for what they count, and not for a dry run.
 */
export async function decideRequest(
  { calls, proven, acceptedAt, slots: before }: Asked,
  ports: DecideRequestPorts,
): Promise<Decided | { problem: Problem }> {
  const { kind, isAtomic, options } = calls;
  const { applicationId, application, owner } = proven;
  const window = dialWindowOf(options, acceptedAt);
  // What is known of all numbers of the world is loaded with the first request.
  const { pricedRow } = await import("./priced-row.ts");
  const priced = calls.rows.map((row) => pricedRow(row, ports.settings));
  const jwt = await proven.jwtFor({ ...window, spoken: priced.map((row) => row.spoken) });
  const policy = policyOf({ stage: ports.settings.guard, application: application.guard });
  const guarded = before
    ? { rows: letThrough(priced, before) }
    : await guardRows({ calls, priced, applicationId, doNotCall: new Set(application.doNotCall), policy }, ports);
  if ("problem" in guarded) return guarded;
  const known = before
    ? { slots: before }
    : { nowMs: ports.clock.now().getTime(), loop: await ports.loops.read(owner) };
  const wanted = { kind, count: guarded.rows.length, isAtomic, window, credentialUntilMs: expiryMsOfJwt(jwt) };
  const plan = planAcceptance(wanted, known);
  if (plan.kind !== "accepted") return { problem: refusalOf(plan, wanted) };

  const fitting = guarded.rows.slice(0, plan.slots.fits);
  const decided = { ...plan, window, jwt, ...("loop" in known && { loop: known.loop }) };
  if (!("refused" in guarded)) return { ...decided, rows: fitting };
  const count = options.dry_run ? roomForRows : countRows;
  const counted = await count({ ...guarded, policy, calls, rows: fitting, applicationId }, ports);
  if ("problem" in counted) return counted;
  const { rows, refused } = counted;
  return { ...decided, rows, slots: { ...plan.slots, fits: rows.length, ...recordOf(refused) } };
}
