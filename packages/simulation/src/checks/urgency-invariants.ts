import { opensAtMs } from "@promptcall/core/call/local-time";
import { isMoreUrgent, type Priority } from "@promptcall/core/contracts/priority";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { stepIntervalMs } from "@promptcall/core/dialing/loop";
import type { History } from "../history/history.ts";
import type { Scenario } from "../scenario.ts";

interface Over {
  readonly history: History;
  readonly scenario: Scenario;
  readonly specs: readonly CallSpec[];
}

/** From when a call waits until a step that begins takes it into account; and how far the calls of one step are apart. */
const STEPS_BEFORE = 2;
const LEEWAY_MS = 600;

/** A single call is dialed before all less urgent ones that wait beside it. */
export function urgencyViolations({ history: { asked, loops }, scenario, specs }: Over): string[] {
  const notBefore = new Map(asked.map(({ number, notBeforeMs = 0 }) => [number, notBeforeMs]));
  const requests = Map.groupBy(loops.requests, ({ number }) => number);
  const calls = specs.flatMap((spec) => {
    const { tid, to, batch, acceptedAt, localTime, applicationId } = spec;
    const priority: Priority = spec.priority ?? "normal";
    // One that the carrier has refused waits for a while before it is dialed again.
    const [request, again] = requests.get(to) ?? [];
    if (request === undefined || again !== undefined) return [];
    const wantedMs = Math.max(Date.parse(acceptedAt), notBefore.get(to) ?? 0);
    const fromMs = localTime === undefined ? wantedMs : (opensAtMs(localTime, wantedMs) ?? wantedMs);
    const owner = scenario.account === "known" ? "account" : applicationId;
    const isSingle = batch === undefined;
    return [{ tid, owner, priority, isSingle, fromMs, dialedMs: request.atMs }];
  });
  const stepsMs = STEPS_BEFORE * stepIntervalMs(1) + LEEWAY_MS;
  return calls.flatMap(({ tid, owner, priority, isSingle, fromMs, dialedMs }) => {
    const waitsMs = loops.waitsMs.get(tid);
    if (!isSingle || waitsMs === undefined || priority === "low") return [];
    const sinceMs = Math.max(waitsMs, fromMs) + stepsMs;
    const later = calls.find(
      (other) =>
        other.owner === owner &&
        isMoreUrgent(priority, other.priority) &&
        other.dialedMs > sinceMs &&
        other.dialedMs + LEEWAY_MS < dialedMs,
    );
    return later === undefined
      ? []
      : [
          `${tid}: is ${priority}, and was dialed ${dialedMs - later.dialedMs} ms after ${later.tid}, which is less urgent`,
        ];
  });
}
