import { intervalMs } from "@promptcall/core/dialing/loop";
import type { CallSpec } from "@promptcall/core/records/spec";
import type { Cloud } from "./cloud.ts";
import { FAULTS, type FaultLevel } from "./faults.ts";
import type { History } from "./history.ts";
import { stillDialedMs } from "./loop-watch.ts";
import type { Scenario } from "./scenario.ts";

interface Over {
  readonly history: History;
  readonly cloud: Cloud;
  readonly level: FaultLevel;
  readonly scenario: Scenario;
  readonly specs: readonly CallSpec[];
}

/** What must hold of the dial loops. */
export function loopsOf(over: Over): string[] {
  const { history, level, scenario } = over;
  const { loops } = history;
  const isTold = scenario.account !== "untold";
  const found = [...loops.violations, ...leftBehind(over), ...askedAfterEnd(over), ...completedBatches(over)];
  for (const id of history.sweptBatches)
    if (!loops.endedMs.has(id)) found.push(`batch ${id} was swept, and does not say that it is over`);
  if (loops.longestOverMs > LONGEST_OVER_MS[level])
    found.push(`a batch was in its loop for ${Math.round(loops.longestOverMs / 1_000)} s after it was over`);
  // Where loops do not know of each other, the carrier refuses some calls, and these take more than one turn.
  if (level === "none" && isTold)
    found.push(...loops.passedOver, ...limitsOf(history), ...waitedOf(over), ...refusedCredentials(over));
  if ((level === "none" || level === "lone") && isTold) found.push(...loops.rush(scenario));
  if ((level === "none" || level === "lone") && loops.longestLateMs > LONGEST_STANDSTILL_MS)
    found.push(`a loop stood still for ${Math.round(loops.longestLateMs / 1_000)} s`);
  return found;
}

/** Whoever ends a batch takes it out of its loop, paused or ahead as it may be; if not, the sweep that was sent before does. */
const LONGEST_OVER_MS = {
  none: 5_000,
  lone: 600_000,
  slow: 20_000,
  abused: 5_000,
  unreadable: 5_000,
  mild: 3 * 3_600_000,
  deploying: 8 * 3_600_000,
  heavy: 8 * 3_600_000,
};

/** After one fault a loop goes on by itself. */
const LONGEST_STANDSTILL_MS = 122_000;

/** When all is over, nothing waits. The place of a call that is over may be left where a process died, and harms nobody. */
function leftBehind({ cloud, level }: Over): string[] {
  const places = level === "none" ? cloud.waiting.items() : [];
  const waiting = places.map(({ tid }) => `${tid}: its place in the loop is left`);
  const batches = [...cloud.loops.loops()].flatMap(([owner, loop]) => [
    ...Object.keys(loop.batches).map((id) => `batch ${id} is left in the loop of ${owner}`),
    ...(loop.dueMs === undefined ? [] : [`the loop of ${owner} waits for a step that nobody takes`]),
  ]);
  return [...waiting, ...batches];
}

/** A batch that is over has at most the step under way dialed. */
function askedAfterEnd({ history: { loops }, level, specs }: Over): string[] {
  const batchOf = new Map(specs.flatMap(({ to, batch }) => (batch === undefined ? [] : [[to, batch.id] as const])));
  const latest = new Map<string, number>();
  for (const { number, atMs } of loops.requests) {
    const id = batchOf.get(number);
    const overMs = id === undefined ? undefined : loops.overMs.get(id);
    if (id !== undefined && overMs !== undefined && atMs > overMs) latest.set(id, atMs - overMs);
  }
  return [...latest].flatMap(([id, afterMs]) =>
    afterMs > stillDialedMs(FAULTS[level])
      ? [`batch ${id} was dialed ${Math.round(afterMs)} ms after it was over`]
      : [],
  );
}

/** Of a batch whose credential the carrier refuses, no more is asked than the step under way and the next. */
function refusedCredentials({ history, scenario, specs }: Over): string[] {
  const requests = Map.groupBy(history.loops.requests, ({ number }) => number);
  const forged = new Set(history.asked.filter(({ credential }) => credential === "forged").map(({ number }) => number));
  const asked = Map.groupBy(
    specs.filter(({ to, batch }) => batch !== undefined && forged.has(to) && requests.has(to)),
    ({ batch }) => batch?.id,
  );
  return [...asked].flatMap(([id, { length }]) =>
    length > 2 * scenario.callsPerSecond ? [`batch ${id}: its refused credential was shown ${length} times`] : [],
  );
}

/** Whoever has a batch is told once, and the same whenever it is told again, that it is over. */
function completedBatches({ history, specs }: Over): string[] {
  const tids = new Set(history.asked.flatMap(({ tid }) => tid ?? []));
  const promised = new Set(specs.filter(({ tid }) => tids.has(tid)).flatMap(({ batch }) => batch?.id ?? []));
  return [...promised].flatMap((id) => {
    const told = new Set((history.completedBatches.get(id) ?? []).map((event) => JSON.stringify(event)));
    return told.size === 1 ? [] : [`batch ${id}: ${told.size} different batch.completed`];
  });
}

/** The way to the carrier is not equally long for two requests: one may always be refused. */
const LARGEST_LIMITED_SHARE = 0.005;

function limitsOf({ limits: { dial, other }, dials }: History): string[] {
  const found = other > 0 ? [`${other} request(s) about calls came too fast`] : [];
  if (dial > 1 + LARGEST_LIMITED_SHARE * dials.size) found.push(`${dial} calls of ${dials.size} came too fast`);
  return found;
}

/** The step under way is taken, and the next one may be claimed already. */
const STEPS_BEFORE = 2;
const LEEWAY_MS = 300;

/** Every third place, and what is dialed outside of a step takes some. */
const PLACES_PER_SINGLE = 3.3;

/** Beside batches single calls have every third place: none waits for longer than it takes to dial those that wait, too. */
function waitedOf({ history: { asked, loops }, scenario, specs }: Over): string[] {
  const notBefore = new Map(asked.map(({ number, notBeforeMs = 0 }) => [number, notBeforeMs]));
  const requests = new Map(loops.requests.toReversed().map(({ number, atMs }) => [number, atMs]));
  const singles = specs.flatMap(({ tid, to, batch, acceptedAt, applicationId }) => {
    const dialedMs = requests.get(to);
    if (batch !== undefined || dialedMs === undefined) return [];
    const fromMs = Math.max(Date.parse(acceptedAt), notBefore.get(to) ?? 0);
    return [{ tid, fromMs, dialedMs, owner: scenario.account === "told" ? "account" : applicationId }];
  });
  return singles.flatMap(({ tid, fromMs, dialedMs, owner }) => {
    const others = singles.filter(
      (other) => other.tid !== tid && other.owner === owner && other.dialedMs >= fromMs && other.fromMs <= dialedMs,
    );
    const steps = STEPS_BEFORE + Math.ceil((PLACES_PER_SINGLE * others.length) / scenario.callsPerSecond);
    return dialedMs - fromMs > steps * intervalMs(1) + LEEWAY_MS
      ? [`${tid}: waited for ${Math.round(dialedMs - fromMs)} ms beside ${others.length} single call(s)`]
      : [];
  });
}
