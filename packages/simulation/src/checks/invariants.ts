import { outcomeFields } from "@promptcall/core/call/call";
import { deadlineSeconds } from "@promptcall/core/call/call-length";
import { isWordless, sealedDigitsOf } from "@promptcall/core/call/erasure";
import { CallbackRecordSchema } from "@promptcall/core/contracts/records/callback";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { SpecRecordSchema } from "@promptcall/core/contracts/records/spec";
import { isBadRecord } from "../cloud/bad-records.ts";
import type { Cloud } from "../cloud/cloud.ts";
import type { Wiring } from "../cloud/wiring.ts";
import { type History, isReadAsWritten } from "../history/history.ts";
import { answerAt } from "../outside/asked.ts";
import { personOf } from "../outside/redials.ts";
import type { RequestedCall } from "../outside/requests.ts";
import type { Scenario } from "../scenario.ts";
import { FAULTS, type FaultLevel } from "../world/faults.ts";
import { isFirst, isRecursing } from "../world/lineage.ts";
import { loopViolations } from "./loop-invariants.ts";
import { dialedAgain, notDialedAgain, reasonNotTold } from "./redials.ts";
import {
  attemptsTooEarly,
  closedByDeadline,
  completedTooLate,
  dialedAfterCancelling,
  dialedInPause,
  dialedOutsideHours,
  doneTooEarly,
  resultsTooEarlyOrLate,
} from "./timing.ts";
import { wrongResult } from "./wrong-result.ts";

/** Then no word is left of what nobody ever ended. */
const SOON_MS = 5 * 24 * 3_600_000;

/** Checks everything that must hold when a history is over. */
export function violationsOf({
  history,
  cloud,
  level,
  wiring: { settings },
  scenario,
  replayedMs,
  endMs,
}: {
  history: History;
  cloud: Cloud;
  level: FaultLevel;
  wiring: Wiring;
  scenario: Scenario;
  /** When the operator first replayed parked results. */
  replayedMs: number;
  /** When the history was over. */
  endMs: number;
}): string[] {
  // A request that died half-way leaves behind what nobody ends, and what the table forgets by itself.
  for (const written of cloud.table.written({ atMs: endMs + SOON_MS })) history.observe(written, "the table");
  const found = [...history.violations];
  // An operator finds what cannot be read, call by call; the others have been done with, carrier and all.
  if (level === "unreadable" && history.diedTogether > 0)
    found.push(`${history.diedTogether} message(s) about several calls died, where some of them cannot be read`);
  for (const name of history.recursions) found.push(`${name} was stopped for running too often in one chain`);
  const byTid = new Map(cloud.table.states().map(({ call }) => [call.tid, call]));
  const parked = parkedTids(cloud);
  const specs = new Map(
    cloud.table
      .calls()
      .records()
      .specs.map((spec) => [spec.tid, spec]),
  );

  for (const [tid, spec] of specs)
    if (byTid.get(tid)?.phase === "completed" && (!isWordless(spec) || spec.sealedCredential !== undefined))
      found.push(`${tid}: its words outlive it`);
  found.push(
    ...tooManyCopies(history, level),
    ...loopViolations({ history, cloud, level, scenario, specs: [...specs.values()] }),
  );
  for (const asked of history.asked) {
    const dials = history.dials.get(asked.number) ?? [];
    found.push(...dialedAgain({ asked, dials, level }).map((violation) => `${asked.number} ${violation}`));
  }
  for (const [tid, outcomes] of history.outcomes)
    if (outcomes.length > 1) found.push(`${tid}: the outcome changed: ${outcomes.join(" then ")}`);
  for (const queue of cloud.queues)
    if (queue.size > 0 && queue !== cloud.parked) found.push(`${queue.size} message(s) are left in ${queue.name}`);
  for (const { tid, what, ...record } of recordsOf(cloud))
    if (!isReadAsWritten(record)) found.push(`${tid}: its ${what} is not read as it was written`);

  const completed: { asked: RequestedCall; completedBy: string }[] = [];
  for (const asked of history.asked) {
    const { tid } = asked;
    if (tid === undefined) continue;
    const call = byTid.get(tid);
    if (call?.phase !== "completed") {
      found.push(`${tid}: accepted, and is ${call?.phase ?? "nowhere"}`);
      continue;
    }
    const { status, reason, not_redialed } = outcomeFields(call.outcome);
    const result = [status, reason, not_redialed].filter(Boolean).join(" ");
    const announced = new Set((history.completed.get(tid) ?? []).map((event) => JSON.stringify(event)));
    if ([...announced].some((event) => event.includes("sealedDigits"))) found.push(`${tid}: its digits are on the bus`);
    if (announced.size !== 1) found.push(`${tid}: ${announced.size} different call.completed`);
    const received = history.received.get(tid) ?? [];
    if (asked.isWithoutCallback) {
      if (received.length > 0 || parked.has(tid) || cloud.table.callbackRecord(tid) !== undefined)
        found.push(`${tid}: has no address for its result, and was delivered`);
    } else if (received.length === 0 && !parked.has(tid)) found.push(`${tid}: neither delivered nor parked`);
    for (const one of received)
      if (one.result !== result || one.webhookId !== `msg_${tid}`)
        found.push(`${tid}: is ${result}, delivered ${one.result}`);
    const answer = status === "ok" ? answerAt(asked.number, asked.ask ?? "confirm") : undefined;
    if (received.some((one) => one.answer !== answer)) found.push(`${tid}: a result does not say what was answered`);
    const { attempts, state: delivery } = cloud.table.callbackRecord(tid) ?? { attempts: [], state: "pending" };
    if (delivery === "delivered" && (sealedDigitsOf(call) ?? cloud.table.digitsParked(tid)) !== undefined)
      found.push(`${tid}: its digits outlive the delivery of its result`);
    if (delivery === "parked" && sealedDigitsOf(call) !== undefined)
      found.push(`${tid}: its digits outlive the dead letter of its result`);
    found.push(...attemptsTooEarly({ tid, attempts, delaysSeconds: settings.callback.delaysSeconds, replayedMs }));
    const dials = history.dials.get(asked.number) ?? [];
    const spec = specs.get(tid) as CallSpec;
    const moments = history.momentsOf(tid);
    const end = { by: call.completedBy, atMs: moments.completedMs ?? 0 };
    const person = personOf(asked, Math.max(0, dials.length - 1));
    const untimely = [
      ...notDialedAgain({ asked, dials, level }),
      ...reasonNotTold({ asked, call }),
      ...dialedAfterCancelling({ asked, dials, level }),
      ...dialedInPause({ asked, dials, level }),
      ...dialedOutsideHours({ asked, dials, level }),
      ...doneTooEarly({ asked, dials, completed: end, level, deadlineSeconds: deadlineSeconds(spec, settings) }),
      ...resultsTooEarlyOrLate({
        person,
        toldMs: history.endsReported.get(asked.number),
        moments,
        status,
        level,
        settings,
      }),
      ...(isBadRecord(tid, FAULTS[level].badRecord) ? [] : completedTooLate({ asked, completedMs: end.atMs, level })),
    ];
    found.push(...untimely.map((violation) => `${tid}: ${violation}`));
    // Of a dial that may never have reached the carrier no end was reported.
    const isLastDialed = dials.length > (call.earlierDials?.length ?? 0);
    if (isLastDialed) completed.push({ asked, completedBy: call.completedBy });
    const untrue = wrongResult({ asked: { ...asked, person }, status, reason, dialed: dials.length > 0, level });
    if (untrue !== undefined) found.push(`${tid}: ${untrue} (${JSON.stringify(person)})`);
  }
  found.push(...closedByDeadline({ calls: completed, history, level }));
  return found;
}

/**
 * So often may chains that recurse send for the same piece of work: they met, or died over it. Messages that follow each a
 * request of its own may meet however many they are, as the requests may: each sends for it before a write that it loses.
 * Those that were early have come round once by then, so where very many are asked for, more may meet.
 */
const CALLS_PER_COPY = 500;
const MOST_COPIES = {
  none: 8,
  lone: 10,
  slow: 8,
  abused: 8,
  behind: 8,
  unreadable: 8,
  mild: 20,
  deploying: 32,
  heavy: 32,
};

/** A batch leaves the loop, and is counted, whenever the last of its calls that were given back is taken: so much more often. */
const LEAVES_AGAIN = 4;

/** So often may one request send for it: as the step that is wanted, and as the one that was before. */
const MOST_OF_A_REQUEST = 2;

function tooManyCopies({ steps, asked, dials }: History, level: FaultLevel): string[] {
  const mostOfAny = MOST_COPIES[level] + asked.length / CALLS_PER_COPY;
  // Each of them comes to wait by a message of its own, as a request does, and many at one time.
  const dialedAgain = dials.values().reduce((calls, { length }) => calls + (length > 1 ? 1 : 0), 0);
  return [...steps].flatMap(([step, senders]) => {
    const most = step.startsWith("count 0 ")
      ? LEAVES_AGAIN * mostOfAny
      : step.startsWith("tick ")
        ? mostOfAny + dialedAgain
        : mostOfAny;
    const copies = senders.filter(isRecursing).length;
    const ofRequests = Map.groupBy(senders.filter(isFirst), (sender) => sender);
    const ofOne = Math.max(0, ...ofRequests.values().map(({ length }) => length));
    return [
      ...(copies > most ? [`${step}: ${copies} copies`] : []),
      ...(ofOne > MOST_OF_A_REQUEST ? [`${step}: one request sent for it ${ofOne} times`] : []),
    ];
  });
}

/** Specs and delivery attempts; states are checked with every save. */
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
