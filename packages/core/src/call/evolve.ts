import { isAwaited } from "../contracts/awaited.ts";
import type { NotDialed } from "../contracts/reasons.ts";
import type { CallSpec } from "../contracts/records/spec.ts";
import { type Call, type Completed, type EarlierDial, type Outcome, SAID } from "./call.ts";
import { billOf, type Facts, joined, type Report, withoutBill } from "./facts.ts";
import { maskNumber } from "./phone.ts";
import { dialNumberOf, lastDialOf } from "./redial.ts";

export type CallEvent =
  | { readonly type: "dial_started"; readonly token: string; readonly at: string }
  | { readonly type: "dial_released" }
  | { readonly type: "reported"; readonly at: string; readonly report: Report; readonly dial?: number }
  /** The dial that has ended is followed by another, from then on. */
  | { readonly type: "redial"; readonly outcome: EarlierDial["outcome"]; readonly from: string }
  /** The dial that is under way is followed by no other. */
  | { readonly type: "redials_ended"; readonly reason: NotDialed }
  | { readonly type: "completed"; readonly by: string; readonly at: string; readonly outcome: Outcome };

/** The call as it was accepted, before anything happened. */
export function accept(spec: CallSpec): Call {
  const { tid, applicationId, to, attemptsAllowed, acceptedAt, batch, reference, destination, region } = spec;
  const { retry, localTime } = spec;
  const callback = isAwaited(spec) ? {} : { callback: "none" as const };
  return {
    tid,
    applicationId,
    to: maskNumber(to),
    attemptsAllowed,
    acceptedAt,
    ...(batch !== undefined && { batchId: batch.id }),
    ...(reference !== undefined && { reference }),
    ...(destination !== undefined && { destination }),
    ...(region !== undefined && { region }),
    ...callback,
    ...(retry !== undefined && { retry: { ...retry, ...(localTime !== undefined && { localTime }) } }),
    phase: "queued",
    dials: 0,
  };
}

export function evolve(call: Call, event: CallEvent): Call {
  switch (event.type) {
    case "dial_started": {
      const claim = { token: event.token, startedAt: event.at };
      return { ...originOf(call), phase: "dialing", dials: call.dials + 1, claim, line: {} };
    }
    case "dial_released":
      return { ...originOf(call), phase: "queued" };
    case "reported": {
      const { report, at, dial = dialNumberOf(call) } = event;
      return dial === dialNumberOf(call) ? join(call, report, at) : joinEarlier(call, { dial, report, at });
    }
    case "redial": {
      const { claim, line, attempts, attemptTimes } = factsOf(call);
      const ended: EarlierDial = {
        ...(claim !== undefined && { claim }),
        line,
        attempts,
        ...(attemptTimes !== undefined && { attemptTimes }),
        outcome: event.outcome,
        againFrom: event.from,
      };
      return { ...originOf(call), earlierDials: [...(call.earlierDials ?? []), ended], phase: "queued" };
    }
    case "redials_ended": {
      const { retry } = call;
      const ended = { times: dialNumberOf(call) - 1, endedFor: event.reason };
      return retry === undefined ? call : { ...call, retry: { ...retry, ...ended } };
    }
    case "completed": {
      const last = lastDialOf(call);
      if (last !== undefined) return evolve(takenBack(call, last), event);
      const { claim, line, entered: _entered, ...answers } = factsOf(call);
      const known = claim === undefined ? {} : { claim };
      return {
        ...originOf(call),
        phase: "completed",
        ...known,
        line,
        ...answers,
        outcome: event.outcome,
        summary: {
          attempts: Object.keys(answers.attempts).filter((attempt) => attempt !== SAID).length,
          ...billOf(line),
        },
        completedAt: event.at,
        completedBy: event.by,
      };
    }
    default:
      return event satisfies never;
  }
}

type Origin = Omit<Extract<Call, { phase: "queued" }>, "phase">;

function factsOf(call: Call): Facts {
  return {
    claim: "claim" in call ? call.claim : undefined,
    line: "line" in call ? call.line : {},
    attempts: "attempts" in call ? call.attempts : {},
    ...("attemptTimes" in call && { attemptTimes: call.attemptTimes }),
    ...("entered" in call && { entered: call.entered }),
  };
}

/** A call that is not dialed again after all: its last dial is what it ends with. */
function takenBack(call: Call, { claim, line, attempts, attemptTimes }: EarlierDial): Call {
  const { earlierDials = [], ...origin } = originOf(call);
  const before = earlierDials.slice(0, -1);
  const queued: Call = { ...origin, ...(before.length > 0 && { earlierDials: before }), phase: "queued" };
  return shape(queued, { claim, line, attempts, ...(attemptTimes !== undefined && { attemptTimes }) });
}

function originOf(call: Call): Origin {
  const { tid, applicationId, to, attemptsAllowed, acceptedAt, dials } = call;
  const { batchId, reference, destination, region, callback, retry, earlierDials } = call;
  return {
    tid,
    applicationId,
    to,
    attemptsAllowed,
    acceptedAt,
    ...(batchId !== undefined && { batchId }),
    ...(reference !== undefined && { reference }),
    ...(destination !== undefined && { destination }),
    ...(region !== undefined && { region }),
    ...(callback !== undefined && { callback }),
    dials,
    ...(retry !== undefined && { retry }),
    ...(earlierDials !== undefined && { earlierDials }),
  };
}

function join(call: Call, report: Report, at: string): Call {
  return report.type === "dial_failed" ? call : shape(call, joined(factsOf(call), report, at));
}

/** What comes late of an earlier dial changes nothing but what is known of that. */
function joinEarlier(call: Call, { dial, report, at }: { dial: number; report: Report; at: string }): Call {
  const { earlierDials = [] } = call;
  const known = earlierDials[dial - 1];
  if (known === undefined || report.type === "dial_failed") return call;
  const { claim, line, attempts, attemptTimes } = known;
  const facts = { claim, line, attempts, ...(attemptTimes !== undefined && { attemptTimes }) };
  const { claim: _claim, entered: _entered, ...now } = joined(facts, report, at);
  const after = { ...call, earlierDials: earlierDials.with(dial - 1, { ...known, ...now }) };
  return call.phase === "completed" && after.phase === "completed" ? withTold(call, after) : after;
}

/** Whether a result that is made now would say anything else. What is in the summary stays as it is there. */
function isToldOtherwise(before: Completed, after: Completed): boolean {
  const told = ({ line, attempts, attemptTimes, earlierDials }: Completed) =>
    JSON.stringify([Object.entries(withoutBill(line)).sort(), attempts, attemptTimes, earlierDials]);
  return told(before) !== told(after);
}

/** A completed call with later facts, beside those that its result was made of. */
function withTold(before: Completed, after: Completed): Completed {
  return after.asCompleted === undefined && isToldOtherwise(before, after)
    ? { ...after, asCompleted: factsTold(before) }
    : after;
}

function factsTold({ line, attempts, attemptTimes, earlierDials }: Completed): NonNullable<Completed["asCompleted"]> {
  return {
    line,
    attempts,
    ...(attemptTimes !== undefined && { attemptTimes }),
    ...(earlierDials !== undefined && { earlierDials }),
  };
}

/** Derives the phase from the facts alone, so the order of reports does not matter. */
function shape(call: Call, { claim, line, ...answers }: Facts): Call {
  const origin = originOf(call);
  if (call.phase === "completed") {
    // The outcome has what it needs of what was entered.
    const { entered: _entered, ...kept } = answers;
    return withTold(call, { ...call, line, ...kept });
  }
  const known = claim === undefined ? {} : { claim };
  if (line.endedAt !== undefined)
    return { ...origin, phase: "ended", ...known, line: { ...line, endedAt: line.endedAt }, ...answers };
  if (line.answeredAt !== undefined || Object.keys(answers.attempts).length > 0)
    return { ...origin, phase: "answered", ...known, line, ...answers };
  if (line.ringingAt !== undefined || claim === undefined) return { ...origin, phase: "ringing", ...known, line };
  return { ...origin, phase: "dialing", claim, line };
}
