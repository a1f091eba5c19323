import { isAwaited } from "../contracts/awaited.ts";
import type { LegStatus } from "../contracts/leg-status.ts";
import { DETAILS, ENDINGS, type NotDialed } from "../contracts/reasons.ts";
import type { CallSpec } from "../contracts/records/spec.ts";
import { type Call, type Completed, type Leg, type Outcome, SAID } from "./call.ts";
import { maskNumber } from "./phone.ts";

/** What the carrier or the person did, reported by the dialer or a webhook. */
export type Report =
  | { readonly type: "dialed"; readonly uuid: string }
  | { readonly type: "dial_failed"; readonly reason: NotDialed }
  | {
      readonly type: "leg";
      readonly status: LegStatus;
      readonly uuid?: string | undefined;
      readonly answeredAt?: string | undefined;
      readonly detail?: string | undefined;
      readonly durationSeconds?: number | undefined;
      readonly price?: string | undefined;
    }
  | {
      readonly type: "digits";
      /** 0 where nothing is asked, and all was said. */
      readonly attempt: number;
      readonly matched: boolean;
      readonly choice?: string | undefined;
      readonly sealedDigits?: string | undefined;
    };

export type CallEvent =
  | { readonly type: "dial_started"; readonly token: string; readonly at: string }
  | { readonly type: "dial_released" }
  | { readonly type: "reported"; readonly at: string; readonly report: Report }
  | { readonly type: "completed"; readonly by: string; readonly at: string; readonly outcome: Outcome };

/** The call as it was accepted, before anything happened. */
export function accept(spec: CallSpec): Call {
  const { tid, applicationId, to, attemptsAllowed, acceptedAt, batch, reference, destination, region } = spec;
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
    case "reported":
      return join(call, event.report, event.at);
    case "completed": {
      const { claim, line, entered: _entered, ...answers } = factsOf(call);
      const known = claim === undefined ? {} : { claim };
      const { uuid, durationSeconds, price } = line;
      return {
        ...originOf(call),
        phase: "completed",
        ...known,
        line,
        ...answers,
        outcome: event.outcome,
        summary: {
          attempts: Object.keys(answers.attempts).filter((attempt) => attempt !== SAID).length,
          ...(uuid !== undefined && { uuid }),
          ...(durationSeconds !== undefined && { durationSeconds }),
          ...(price !== undefined && { price }),
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

type Entered = Extract<Call, { phase: "ended" }>["entered"];

type Facts = Pick<Completed, "line" | "attempts" | "attemptTimes"> & {
  readonly claim: Completed["claim"];
  readonly entered?: NonNullable<Entered>;
};

function factsOf(call: Call): Facts {
  return {
    claim: "claim" in call ? call.claim : undefined,
    line: "line" in call ? call.line : {},
    attempts: "attempts" in call ? call.attempts : {},
    ...("attemptTimes" in call && { attemptTimes: call.attemptTimes }),
    ...("entered" in call && { entered: call.entered }),
  };
}

function originOf(call: Call): Origin {
  const { tid, applicationId, to, attemptsAllowed, acceptedAt, dials } = call;
  const { batchId, reference, destination, region, callback } = call;
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
  };
}

function join(call: Call, report: Report, at: string): Call {
  const facts = factsOf(call);
  const { line, attempts, attemptTimes } = facts;
  switch (report.type) {
    case "dialed":
      return shape(call, { ...facts, line: { ...line, uuid: report.uuid } });
    case "dial_failed":
      return call;
    case "leg":
      return shape(call, { ...facts, line: joinLeg(line, report, at) });
    case "digits": {
      const { attempt } = report;
      // An attempt counts once. A second report cannot turn a wrong attempt into a right one.
      const matched = report.matched && attempts[attempt] !== false;
      const { entered, ...others } = facts;
      return shape(call, {
        ...others,
        attempts: { ...attempts, [attempt]: matched },
        attemptTimes: { ...attemptTimes, [attempt]: earlier(attemptTimes?.[attempt], at) },
        ...joinEntered(entered, { ...report, matched }),
      });
    }
    default:
      return report satisfies never;
  }
}

/** What was entered in an attempt that counts. Of two reports that differ the same one stays, whichever comes first. */
function joinEntered(
  known: Entered = {},
  { attempt, matched, choice, sealedDigits }: Extract<Report, { type: "digits" }>,
): Pick<Facts, "entered"> {
  const { [attempt]: before, ...others } = known;
  const words = { choice: lower(before?.choice, choice), sealedDigits: lower(before?.sealedDigits, sealedDigits) };
  const now = Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined));
  const entered = matched && Object.keys(now).length > 0 ? { ...others, [attempt]: now } : others;
  return Object.keys(entered).length > 0 ? { entered } : {};
}

function lower(known: string | undefined, reported: string | undefined): string | undefined {
  if (known === undefined || reported === undefined) return known ?? reported;
  return known < reported ? known : reported;
}

function joinLeg(line: Leg, report: Extract<Report, { type: "leg" }>, at: string): Leg {
  const { status, uuid, answeredAt, detail, durationSeconds, price } = report;
  return {
    ...line,
    ...(uuid !== undefined && { uuid }),
    ...(answeredAt !== undefined && { answeredAt: earlier(line.answeredAt, answeredAt) }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(price !== undefined && { price }),
    ...(isDetail(detail) && { detail: firstOf(DETAILS, line.detail, detail) }),
    ...factOf(line, status, at),
  };
}

function factOf(line: Leg, status: LegStatus, at: string): Leg {
  switch (status) {
    case "started":
    case "disconnected":
      return {};
    case "ringing":
      return { ringingAt: earlier(line.ringingAt, at) };
    case "answered":
    case "human":
      return { answeredAt: earlier(line.answeredAt, at) };
    case "machine":
    case "busy":
    case "cancelled":
    case "timeout":
    case "unanswered":
      return { ending: firstOf(ENDINGS, line.ending, status) };
    case "rejected":
    case "failed":
      // Nothing may follow: the carrier sends no `completed` after the first, and not always one after the second.
      return { ending: firstOf(ENDINGS, line.ending, status), endedAt: earlier(line.endedAt, at) };
    case "completed":
      return { endedAt: earlier(line.endedAt, at) };
    default:
      return status satisfies never;
  }
}

function earlier(known: string | undefined, at: string): string {
  return known !== undefined && known < at ? known : at;
}

function isDetail(word: string | undefined): word is string {
  return word !== undefined && DETAILS.some((detail) => detail === word);
}

/** Whichever of the two comes first in the list. */
function firstOf<Word extends string>(words: readonly Word[], known: Word | undefined, reported: Word): Word {
  return known !== undefined && words.indexOf(known) < words.indexOf(reported) ? known : reported;
}

/** Whether a result that is made now would say anything else. What is in the summary stays as it is there. */
function isToldOtherwise(before: Completed, after: Completed): boolean {
  const told = (call: Completed) => {
    const { uuid: _uuid, durationSeconds: _duration, price: _price, ...line } = call.line;
    return JSON.stringify([Object.entries(line).sort(), call.attempts, call.attemptTimes]);
  };
  return told(before) !== told(after);
}

function factsTold({ line, attempts, attemptTimes }: Completed): NonNullable<Completed["asCompleted"]> {
  return { line, attempts, ...(attemptTimes !== undefined && { attemptTimes }) };
}

/** Derives the phase from the facts alone, so the order of reports does not matter. */
function shape(call: Call, { claim, line, ...answers }: Facts): Call {
  const origin = originOf(call);
  if (call.phase === "completed") {
    // The outcome has what it needs of what was entered.
    const { entered: _entered, ...kept } = answers;
    const after = { ...call, line, ...kept };
    return after.asCompleted === undefined && isToldOtherwise(call, after)
      ? { ...after, asCompleted: factsTold(call) }
      : after;
  }
  const known = claim === undefined ? {} : { claim };
  if (line.endedAt !== undefined)
    return { ...origin, phase: "ended", ...known, line: { ...line, endedAt: line.endedAt }, ...answers };
  if (line.answeredAt !== undefined || Object.keys(answers.attempts).length > 0)
    return { ...origin, phase: "answered", ...known, line, ...answers };
  if (line.ringingAt !== undefined || claim === undefined) return { ...origin, phase: "ringing", ...known, line };
  return { ...origin, phase: "dialing", claim, line };
}
