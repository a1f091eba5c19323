import { type DialWindow, dialWindowOf, notBefore, planAcceptance } from "@promptcall/core/acceptance/acceptance";
import type { DialSlots } from "@promptcall/core/acceptance/idempotency";
import { opensAtMs } from "@promptcall/core/call/local-time";
import { policyOf } from "@promptcall/core/contracts/settings/guard";
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
  const wantedWindow = dialWindowOf(options, acceptedAt);
  // What is known of all numbers of the world is loaded with the first request.
  const { pricedRow } = await import("./priced-row.ts");
  const priced = calls.rows.map((row) => pricedRow(row, ports.settings));
  const jwt = await proven.jwtFor({ ...wantedWindow, spoken: priced.map((row) => row.spoken) });
  const credentialUntilMs = expiryMsOfJwt(jwt);
  const byMs = Math.min(Date.parse(wantedWindow.expiresAt), credentialUntilMs);
  const opening = openingOf(priced, wantedWindow);
  // A call by itself waits for its hours; a batch begins, and goes on past those of its calls that may not be dialed yet.
  const window = kind === "call" ? notBefore(wantedWindow, opening.lastMs) : wantedWindow;
  const policy = policyOf({ stage: ports.settings.guard, application: application.guard });
  // Neither waits for the other: the loop is written over the version that is read here, or read again.
  const [guarded, known] = await Promise.all([
    before
      ? { rows: letThrough(priced, before) }
      : guardRows(
          {
            calls,
            priced,
            applicationId,
            doNotCall: new Set(application.doNotCall),
            policy,
            window: { ...wantedWindow, byMs },
          },
          ports,
        ),
    before ? { slots: before } : loopNow(owner, ports),
  ]);
  if ("problem" in guarded) return guarded;
  const priorities = guarded.rows.map(({ request }) => request.priority);
  const wanted = { kind, count: guarded.rows.length, priorities, isAtomic, window, credentialUntilMs };
  const plan = planAcceptance(wanted, known);
  if (plan.kind !== "accepted") return { problem: refusalOf(plan, wanted) };
  const slots = before ?? withOpening(plan.slots, openingOf(guarded.rows, wantedWindow));

  const fitting = guarded.rows.slice(0, slots.fits);
  const decided = { ...plan, slots, window, jwt, ...("loop" in known && { loop: known.loop }) };
  if (!("refused" in guarded)) return { ...decided, rows: fitting };
  const count = options.dry_run ? roomForRows : countRows;
  const counted = await count({ ...guarded, policy, calls, rows: fitting, applicationId }, ports);
  if ("problem" in counted) return counted;
  const { rows, refused } = counted;
  return { ...decided, rows, slots: { ...slots, fits: rows.length, ...recordOf(refused) } };
}

async function loopNow(owner: string, { loops, clock }: Pick<DecideRequestPorts, "loops" | "clock">) {
  const nowMs = clock.now().getTime();
  return { nowMs, loop: await loops.read(owner) };
}

/** When the first of the calls may be dialed, and the last, whatever waits before them. */
function openingOf(rows: readonly PricedRow[], { startMs }: DialWindow) {
  const all = rows.map(({ localTime }) =>
    localTime === undefined ? startMs : (opensAtMs(localTime, startMs) ?? startMs),
  );
  return {
    firstMs: all.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY),
    lastMs: all.reduce((one, other) => Math.max(one, other), startMs),
  };
}

function withOpening(slots: DialSlots, { firstMs, lastMs }: ReturnType<typeof openingOf>): DialSlots {
  const fromMs = Number.isFinite(firstMs) ? Math.max(slots.fromMs, firstMs) : slots.fromMs;
  return { ...slots, fromMs, lastMs: Math.max(slots.lastMs, lastMs, fromMs) };
}
