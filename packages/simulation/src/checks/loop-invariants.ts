import { opensAtMs } from "@promptcall/core/call/local-time";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { stepIntervalMs } from "@promptcall/core/dialing/loop";
import type { Cloud } from "../cloud/cloud.ts";
import type { History } from "../history/history.ts";
import { stillDialedMs } from "../history/loop-observer.ts";
import type { Scenario } from "../scenario.ts";
import { FAULTS, type FaultLevel, isExact } from "../world/faults.ts";
import { urgencyViolations } from "./urgency-invariants.ts";

interface Over {
  readonly history: History;
  readonly cloud: Cloud;
  readonly level: FaultLevel;
  readonly scenario: Scenario;
  readonly specs: readonly CallSpec[];
}

/** Checks what must hold of the dial loops. */
export function loopViolations(over: Over): string[] {
  const { history, level, scenario } = over;
  const { loops } = history;
  const isKnown = scenario.account !== "unknown";
  const found = [...loops.violations, ...leftBehind(over), ...askedAfterEnd(over), ...completedBatches(over)];
  for (const id of history.sweptBatches)
    if (!loops.endedMs.has(id)) found.push(`batch ${id} was swept, and does not say that it is over`);
  if (loops.longestOverMs > LONGEST_OVER_MS[level])
    found.push(`a batch was in its loop for ${Math.round(loops.longestOverMs / 1_000)} s after it was over`);
  // Where two loops share an account unknowingly, the carrier refuses some of their calls.
  if (isExact(level) && isKnown)
    found.push(
      ...loops.passedOver,
      ...limitsOf(history),
      ...waitedOf(over),
      ...urgencyViolations(over),
      ...refusedCredentials(over),
    );
  if ((isExact(level) || level === "lone") && isKnown) found.push(...loops.tooManyRequests(scenario));
  if ((isExact(level) || level === "lone") && loops.longestLateMs > LONGEST_STANDSTILL_MS)
    found.push(`a loop stood still for ${Math.round(loops.longestLateMs / 1_000)} s`);
  return found;
}

/** A batch that is over must leave its loop, even if it is paused or ahead. */
const LONGEST_OVER_MS = {
  none: 5_000,
  lone: 600_000,
  // A slow repetition of the request may bring it back once it is over: the next step, slow as well, takes it out.
  slow: 40_000,
  abused: 5_000,
  behind: 5_000,
  unreadable: 5_000,
  mild: 3 * 3_600_000,
  deploying: 8 * 3_600_000,
  heavy: 8 * 3_600_000,
};

/** After one fault a loop must recover within this time. */
const LONGEST_STANDSTILL_MS = 122_000;

/** At the end nothing waits. Only a crash may leave the waiting item of a completed call behind. */
function leftBehind({ cloud, level }: Over): string[] {
  const places = isExact(level) ? cloud.waiting.items() : [];
  const waiting = places.map(({ tid }) => `${tid}: its place in the loop is left`);
  const batches = [...cloud.loops.loops()].flatMap(([owner, loop]) => [
    ...Object.keys(loop.batches).map((id) => `batch ${id} is left in the loop of ${owner}`),
    ...(loop.dueMs === undefined ? [] : [`the loop of ${owner} waits for a step that nobody takes`]),
  ]);
  return [...waiting, ...batches];
}

/** After a batch is over, at most the step under way is still dialed. */
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

/** A refused credential is shown only by the step under way and the next. */
function refusedCredentials({ history, scenario, specs }: Over): string[] {
  const requests = Map.groupBy(history.loops.requests, ({ number }) => number);
  const withdrawn = new Set(
    history.asked.filter(({ credential }) => credential === "withdrawn").map(({ number }) => number),
  );
  const asked = Map.groupBy(
    specs.filter(({ to, batch }) => batch !== undefined && withdrawn.has(to) && requests.has(to)),
    ({ batch }) => batch?.id,
  );
  return [...asked].flatMap(([id, { length }]) =>
    length > 2 * scenario.callsPerSecond ? [`batch ${id}: its refused credential was shown ${length} times`] : [],
  );
}

/** Every batch has exactly one `batch.completed`, repeated at most in identical form. */
function completedBatches({ history, specs }: Over): string[] {
  const tids = new Set(history.asked.flatMap(({ tid }) => tid ?? []));
  const promised = new Set(specs.filter(({ tid }) => tids.has(tid)).flatMap(({ batch }) => batch?.id ?? []));
  return [...promised].flatMap((id) => {
    const reported = new Set((history.completedBatches.get(id) ?? []).map((event) => JSON.stringify(event)));
    return reported.size === 1 ? [] : [`batch ${id}: ${reported.size} different batch.completed`];
  });
}

/** Requests take different times to arrive, so a few refusals are normal. */
const LARGEST_LIMITED_SHARE = 0.005;

function limitsOf({ limits: { dial, other }, dials }: History): string[] {
  const found = other > 0 ? [`${other} request(s) about calls came too fast`] : [];
  if (dial > 1 + LARGEST_LIMITED_SHARE * dials.size) found.push(`${dial} calls of ${dials.size} came too fast`);
  return found;
}

/** The step under way, and the next one, which may be claimed already. */
const STEPS_BEFORE = 2;
const LEEWAY_MS = 300;

/** Every third call of a step, less what is dialed outside of steps. */
const CALLS_PER_SINGLE = 3.3;

/** Beside batches every third call is a single one, which bounds the wait of a single call. */
function waitedOf({ history: { asked, loops }, scenario, specs }: Over): string[] {
  const notBefore = new Map(asked.map(({ number, notBeforeMs = 0 }) => [number, notBeforeMs]));
  const requests = new Map(loops.requests.toReversed().map(({ number, atMs }) => [number, atMs]));
  const singles = specs.flatMap(({ tid, to, batch, acceptedAt, localTime, applicationId, priority }) => {
    const dialedMs = requests.get(to);
    // A call of low priority waits for all others. A call of a batch may wait by itself only for its hours.
    if ((batch !== undefined && localTime === undefined) || dialedMs === undefined || priority === "low") return [];
    const wantedMs = Math.max(Date.parse(acceptedAt), notBefore.get(to) ?? 0);
    const fromMs = localTime === undefined ? wantedMs : (opensAtMs(localTime, wantedMs) ?? wantedMs);
    const isOfBatch = batch !== undefined;
    return [{ tid, fromMs, dialedMs, isOfBatch, owner: scenario.account === "known" ? "account" : applicationId }];
  });
  const again = redialsOf({ requests: loops.requests, specs, scenario });
  return singles.flatMap(({ tid, fromMs, dialedMs, isOfBatch, owner }) => {
    if (isOfBatch) return [];
    const others = [...singles, ...again].filter(
      (other) => other.tid !== tid && other.owner === owner && other.dialedMs >= fromMs && other.fromMs <= dialedMs,
    );
    const steps = STEPS_BEFORE + Math.ceil((CALLS_PER_SINGLE * others.length) / scenario.callsPerSecond);
    return dialedMs - fromMs > steps * stepIntervalMs(1) + LEEWAY_MS
      ? [`${tid}: waited for ${Math.round(dialedMs - fromMs)} ms beside ${others.length} single call(s)`]
      : [];
  });
}

/** Calls that are dialed again wait by themselves, those of a batch as well. */
function redialsOf(given: {
  requests: History["loops"]["requests"];
  specs: readonly CallSpec[];
  scenario: Scenario;
}): { tid: string; owner: string; fromMs: number; dialedMs: number }[] {
  const { requests, specs, scenario } = given;
  const byNumber = Map.groupBy(requests, ({ number }) => number);
  return specs.flatMap(({ tid, to, retry, applicationId }) => {
    if (retry === undefined) return [];
    const owner = scenario.account === "known" ? "account" : applicationId;
    const [, ...later] = byNumber.get(to) ?? [];
    return later.map(({ atMs }) => ({ tid: `${tid} again`, owner, fromMs: atMs - AGAIN_MS, dialedMs: atMs }));
  });
}

/** So long before it was dialed again it may have begun to wait for that. */
const AGAIN_MS = 10_000;
