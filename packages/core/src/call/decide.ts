import type { NotDialed } from "../contracts/reasons.ts";
import { type Call, type Completed, finalOutcomeOf, isUnconfirmed, type Outcome, outcomeOf } from "./call.ts";
import { type CallEvent, evolve } from "./evolve.ts";
import type { Report } from "./facts.ts";
import { dialNumberOf, lastDialOf, mayBeRedialed, redialOf } from "./redial.ts";

/** What can be asked of a call. `at` is ISO 8601; `id` names the message that carries the command. */
export type Command =
  | { readonly type: "start_dial"; readonly token: string; readonly at: string }
  | { readonly type: "release_dial"; readonly token: string }
  /** `dial` is the number of the dial it is about, where there may be several. */
  | {
      readonly type: "report";
      readonly id: string;
      readonly at: string;
      readonly report: Report;
      readonly dial?: number | undefined;
    }
  | { readonly type: "settle"; readonly id: string; readonly at: string; readonly settleSeconds: number }
  /** `token` names the claim whose deadline it is. */
  | { readonly type: "close_overdue"; readonly id: string; readonly at: string; readonly token: string }
  /** The same without a known claim: after `deadlineSeconds`, any dialed call is over. */
  | { readonly type: "close_lost"; readonly id: string; readonly at: string; readonly deadlineSeconds: number }
  | { readonly type: "give_up"; readonly id: string; readonly at: string }
  | { readonly type: "cancel"; readonly id: string; readonly at: string }
  /** Ends a call that will not be dialed: its batch is over, or it is too late. */
  | { readonly type: "end_queued"; readonly id: string; readonly at: string; readonly reason: NotDialed };

/** Why a command changes nothing. Only `not_yet` is worth a retry. */
export type Refusal =
  | { readonly refused: "already_claimed" | "not_claimed" | "not_ended" | "superseded" | "completed" | "dialed" }
  | { readonly refused: "not_yet"; readonly notBefore: string };

export type Decision = readonly CallEvent[] | Refusal;

export function isRefusal(decision: Decision): decision is Refusal {
  return "refused" in decision;
}

export function decide(command: Command, call: Call): Decision {
  switch (command.type) {
    case "start_dial":
      if (call.phase !== "queued") return { refused: "already_claimed" };
      return [{ type: "dial_started", token: command.token, at: command.at }];

    case "release_dial":
      if (!isUnconfirmed(call) || call.claim.token !== command.token) return { refused: "not_claimed" };
      return [{ type: "dial_released" }];

    case "report":
      return report(command, call);

    case "settle": {
      if (call.phase === "completed") return { refused: "completed" };
      if (call.phase !== "ended") return { refused: "not_ended" };
      return notBefore(call.line.endedAt, command.settleSeconds, command) ?? [ending(command, call)];
    }

    case "close_overdue":
      if (call.phase === "completed") return { refused: "completed" };
      if (call.phase === "queued") return { refused: "superseded" };
      if (call.claim !== undefined && call.claim.token !== command.token) return { refused: "superseded" };
      return [ending(command, call)];

    case "close_lost": {
      if (call.phase === "completed") return { refused: "completed" };
      if (call.phase === "queued") return { refused: "superseded" };
      const early = call.claim && notBefore(call.claim.startedAt, command.deadlineSeconds, command);
      return early ?? [ending(command, call)];
    }

    case "give_up":
      if (call.phase === "completed") return { refused: "completed" };
      // A dialed call has a deadline, which decides with more knowledge; one that waits for its next dial has a timer.
      if (call.phase !== "queued" || lastDialOf(call) !== undefined) return { refused: "dialed" };
      return [completion(command, finalOutcomeOf(call))];

    case "cancel":
    case "end_queued": {
      if (call.phase === "completed") return { refused: "completed" };
      const reason = command.type === "cancel" ? "cancelled" : command.reason;
      // The dial that is under way is the last one.
      if (call.phase !== "queued")
        return mayBeRedialed(call) ? [{ type: "redials_ended", reason }] : { refused: "dialed" };
      return [completion(command, notDialed(reason, call))];
    }

    default:
      return command satisfies never;
  }
}

/** A refusal until `seconds` after `since`. */
function notBefore(since: string, seconds: number, { at }: { at: string }): Refusal | undefined {
  const notBefore = new Date(Date.parse(since) + seconds * 1000).toISOString();
  return at < notBefore ? { refused: "not_yet", notBefore } : undefined;
}

function report(command: Extract<Command, { type: "report" }>, call: Call): Decision {
  const { at, dial } = command;
  const reported = { type: "reported", at, report: command.report, ...(dial !== undefined && { dial }) } as const;
  if (call.phase === "completed") return [reported];
  // What an earlier dial was decides nothing any more.
  if (dial !== undefined && dial !== dialNumberOf(call)) return [reported];
  if (command.report.type === "dial_failed") return [reported, ...refusedDial(command, command.report.reason, call)];
  const after = evolve(call, reported);
  const outcome = outcomeOf(after);
  return outcome === undefined || after.phase === "completed" ? [reported] : [reported, ended(command, after, outcome)];
}

/** A refused dial never became a call, unless the leg was reported since. */
function refusedDial(by: Cause, reason: NotDialed, call: Call): readonly CallEvent[] {
  if (!isUnconfirmed(call)) return [];
  const released: CallEvent = { type: "dial_released" };
  const queued = evolve(call, released);
  return lastDialOf(queued) === undefined
    ? [completion(by, notDialed(reason, call))]
    : [released, completion(by, notDialed(reason, queued))];
}

/**
 * What becomes of a call that is not dialed: one that was dialed before is what it was then, and says why it was not
 * dialed again, if nobody cancelled it.
 */
function notDialed(reason: NotDialed, call: Call): Outcome {
  const last = reason === "cancelled" ? undefined : lastDialOf(call);
  return last === undefined ? { status: "error", reason } : { ...last.outcome, notRedialed: reason };
}

/** What ends a call: `at` is ISO 8601, and `id` names the message. */
type Cause = { readonly id: string; readonly at: string };

/** The end of a call about which no more reports are awaited. */
function ending(by: Cause, call: Exclude<Call, Completed>): CallEvent {
  return ended(by, call, finalOutcomeOf(call));
}

function ended(by: Cause, call: Exclude<Call, Completed>, outcome: Outcome): CallEvent {
  const redial = redialOf({ call, outcome, at: by.at });
  if (redial === undefined || outcome.status !== "error") return completion(by, outcome);
  if ("from" in redial) return { type: "redial", outcome, from: redial.from };
  return completion(by, { ...outcome, ...redial });
}

function completion({ id, at }: Cause, outcome: Outcome): CallEvent {
  return { type: "completed", by: id, at, outcome };
}
