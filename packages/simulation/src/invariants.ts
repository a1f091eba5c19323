import { outcomeFields } from "@promptcall/core/call";
import type { CallbackAttempt } from "@promptcall/core/callback";
import { JITTER } from "@promptcall/core/callback-schedule";
import { CallbackRecordSchema } from "@promptcall/core/records/callback";
import { SpecRecordSchema } from "@promptcall/core/records/spec";
import type { Settings } from "@promptcall/core/settings";
import type { Cloud } from "./cloud.ts";
import { FAULTS, type FaultLevel } from "./faults.ts";
import { type Asked, type History, isReadAsWritten, type Moments } from "./history.ts";

/** Everything that must hold when a history is over, and what of it does not. */
export function violationsOf({
  history,
  cloud,
  level,
  settings,
}: {
  history: History;
  cloud: Cloud;
  level: FaultLevel;
  settings: Settings;
}): string[] {
  const found = [...history.violations];
  const byTid = new Map(cloud.table.states().map(({ call }) => [call.tid, call]));
  const parked = parkedTids(cloud);

  found.push(...floodOf(history), ...(level === "none" ? paceOf(history) : []));
  for (const [number, dials] of history.dials) if (dials > 1) found.push(`${number} was dialed ${dials} times`);
  for (const [tid, outcomes] of history.outcomes)
    if (outcomes.length > 1) found.push(`${tid}: the outcome changed: ${outcomes.join(" then ")}`);
  for (const { queue, deadLetters } of cloud.queues) {
    if (queue.size > 0) found.push(`${queue.size} message(s) are left in ${queue.name}`);
    if (deadLetters.size > 0 && deadLetters !== cloud.parked)
      found.push(`${deadLetters.size} message(s) are left in ${deadLetters.name}`);
  }
  // The spec alone may hold the text: it is what is to be said.
  for (const written of cloud.table.written()) history.look(written.replace(/"text":"[^"]*"/, ""), "the table");

  for (const { tid, what, ...record } of recordsOf(cloud))
    if (!isReadAsWritten(record)) found.push(`${tid}: its ${what} is not read as it was written`);

  for (const asked of history.asked) {
    const { tid } = asked;
    if (tid === undefined) continue;
    const call = byTid.get(tid);
    if (call?.phase !== "completed") {
      found.push(`${tid}: accepted, and is ${call?.phase ?? "nowhere"}`);
      continue;
    }
    const { status, reason } = { reason: undefined, ...outcomeFields(call.outcome) };
    const result = [status, reason].filter(Boolean).join(" ");
    const announced = new Set((history.completed.get(tid) ?? []).map((event) => JSON.stringify(event)));
    if (announced.size !== 1) found.push(`${tid}: ${announced.size} different call.completed`);
    const received = history.received.get(tid) ?? [];
    if (received.length === 0 && !parked.has(tid)) found.push(`${tid}: neither delivered nor parked`);
    for (const one of received)
      if (one.result !== result || one.webhookId !== `msg_${tid}`)
        found.push(`${tid}: is ${result}, told ${one.result}`);
    found.push(...hasteOf({ tid, moments: history.momentsOf(tid), status, level, settings }));
    const attempts = cloud.table.callbackRecord(tid)?.attempts ?? [];
    found.push(...rushOf({ tid, attempts, delaysSeconds: settings.callback.delaysSeconds }));
    const untrue = untruthOf({ asked, status, reason, dialed: history.dials.has(asked.number), level });
    if (untrue !== undefined) found.push(`${tid}: ${untrue} (${JSON.stringify(asked.person)})`);
  }
  return found;
}

/** So often may copies of a message send the rest of a batch on from one place: they met, or died over it. */
const MOST_COPIES = 12;

function floodOf({ steps }: History): string[] {
  return [...steps].flatMap(([step, copies]) => (copies > MOST_COPIES ? [`batch ${step}: ${copies} copies`] : []));
}

/** Calls have places in time so that the carrier refuses few for coming too fast; queues wait for whole seconds. */
const LARGEST_LIMITED_SHARE = 0.4;

function paceOf({ limits, dials }: History): string[] {
  return limits > LARGEST_LIMITED_SHARE * dials.size ? [`${limits} calls of ${dials.size} came too fast`] : [];
}

/** What was asked for, and how it was delivered; how a call stands is looked at with every save. */
function recordsOf({ table }: Cloud) {
  const { specs } = table.calls().records();
  return specs.flatMap((spec) => {
    const { tid } = spec;
    const callback = table.callbackRecord(tid) ?? { attempts: [], state: "pending" };
    return [
      { tid, what: "spec", written: JSON.stringify({ spec }), schema: SpecRecordSchema },
      { tid, what: "callback record", written: JSON.stringify(callback), schema: CallbackRecordSchema },
    ];
  });
}

function parkedTids({ parked }: Cloud): ReadonlySet<string> {
  return new Set(
    parked.bodies().map((body) => {
      const { tid, detail } = JSON.parse(body);
      return tid ?? detail?.metadata?.tid;
    }),
  );
}

/** A result must wait for a verdict that is on its way, and must not wait for much longer than that. */
function hasteOf({
  tid,
  moments: { endedMs, matchedMs, completedMs },
  status,
  level,
  settings: { timers },
}: {
  tid: string;
  moments: Moments;
  status: string;
  level: FaultLevel;
  settings: Settings;
}): string[] {
  if (endedMs === undefined || completedMs === undefined) return [];
  const { clockSkewSeconds } = FAULTS[level];
  const settledMs = endedMs + (timers.settleSeconds - 2 * clockSkewSeconds) * 1000;
  if (matchedMs !== undefined && matchedMs < settledMs && status !== "ok")
    return [
      `${tid}: the right PIN came ${Math.round((matchedMs - endedMs) / 1000)} s after the end, and it is ${status}`,
    ];
  if (level === "none" && completedMs > endedMs + (timers.settleSeconds + 5) * 1000)
    return [`${tid}: ended, and the result took ${Math.round((completedMs - endedMs) / 1000)} s`];
  return [];
}

/** Attempts to deliver may be late, never early: the clocks of two machines and the jitter are all the leeway there is. */
function rushOf({
  tid,
  attempts,
  delaysSeconds,
}: {
  tid: string;
  attempts: readonly CallbackAttempt[];
  delaysSeconds: readonly number[];
}): string[] {
  const firstAt = new Map<number, number>();
  for (const { attempt, at } of attempts)
    firstAt.set(attempt, Math.min(Date.parse(at), firstAt.get(attempt) ?? Number.POSITIVE_INFINITY));
  return [...firstAt].flatMap(([attempt, atMs]) => {
    const before = firstAt.get(attempt - 1);
    const planned = delaysSeconds[attempt - 2];
    if (before === undefined || planned === undefined) return [];
    const seconds = (atMs - before) / 1000;
    return seconds < planned * (1 - JITTER) - 10
      ? [`${tid}: attempt ${attempt} came after ${Math.round(seconds)} s`]
      : [];
  });
}

/** What the result says against what the person did. Where reports can be lost, only what was claimed is held to it. */
function untruthOf({
  asked: { person },
  status,
  reason,
  dialed,
  level,
}: {
  asked: Asked;
  status: string;
  reason: string | undefined;
  dialed: boolean;
  level: FaultLevel;
}): string | undefined {
  const keyedRight = person.attempts.includes(true);
  const usedAll = person.attempts.length === 3 && !keyedRight;
  if (status === "ok" && !keyedRight) return "ok, and the right PIN was never keyed";
  if (status === "failed" && !usedAll) return "failed, and not every attempt was wrong";
  if (!dialed && status !== "error") return `${status}, and nobody was called`;
  if (reason === "busy" && person.kind !== "busy") return "busy, and the person was not";
  if (reason === "machine" && person.kind !== "mailbox") return "machine, and it was a person";
  if (reason === "rejected" && person.kind !== "rejects") return "rejected, and it was not";
  if (reason === "invalid_number" && person.kind !== "invalid") return "invalid_number, and it was a good one";
  if (["expired", "credential_rejected", "invalid_number", "dial_refused"].includes(reason ?? "") && dialed)
    return `${reason}, and the person was called`;
  if (level !== "none") return undefined;
  if (keyedRight && status !== "ok") return `the right PIN was keyed, and it is ${status}`;
  if (usedAll && status !== "failed") return `every attempt was wrong, and it is ${status}`;
  const expected = {
    busy: "busy",
    ignores: "unanswered",
    rejects: "rejected",
    mailbox: "machine",
    invalid: "invalid_number",
  };
  const word = person.kind === "answers" ? "hung_up" : expected[person.kind];
  return keyedRight || usedAll || reason === word ? undefined : `${reason}, and it should be ${word}`;
}
