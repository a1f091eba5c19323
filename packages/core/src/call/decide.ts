import type { NotDialed } from "../contracts/reasons.ts";
import { type Call, finalOutcomeOf, type Outcome, outcomeOf } from "./call.ts";
import { type CallEvent, evolve, type Report } from "./evolve.ts";

/** What can be asked of a call. `at` is ISO 8601; `id` names the message that carries the command. */
export type Command =
  | { readonly type: "start_dial"; readonly token: string; readonly at: string }
  | { readonly type: "release_dial"; readonly token: string }
  | { readonly type: "report"; readonly id: string; readonly at: string; readonly report: Report }
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
      // Any report about the leg proves that the carrier has the call, whatever it answered.
      if (call.phase !== "dialing" || call.claim.token !== command.token || call.line.uuid !== undefined)
        return { refused: "not_claimed" };
      return [{ type: "dial_released" }];

    case "report":
      return report(command, call);

    case "settle": {
      if (call.phase === "completed") return { refused: "completed" };
      if (call.phase !== "ended") return { refused: "not_ended" };
      return notBefore(call.line.endedAt, command.settleSeconds, command) ?? [completion(command, call)];
    }

    case "close_overdue":
      if (call.phase === "completed") return { refused: "completed" };
      if (call.phase === "queued") return { refused: "superseded" };
      if (call.claim !== undefined && call.claim.token !== command.token) return { refused: "superseded" };
      return [completion(command, call)];

    case "close_lost": {
      if (call.phase === "completed") return { refused: "completed" };
      if (call.phase === "queued") return { refused: "superseded" };
      const early = call.claim && notBefore(call.claim.startedAt, command.deadlineSeconds, command);
      return early ?? [completion(command, call)];
    }

    case "give_up":
      if (call.phase === "completed") return { refused: "completed" };
      // A dialed call has a deadline, which decides with more knowledge.
      if (call.phase !== "queued") return { refused: "dialed" };
      return [completion(command, call)];

    case "cancel":
    case "end_queued": {
      if (call.phase === "completed") return { refused: "completed" };
      if (call.phase !== "queued") return { refused: "dialed" };
      const { id: by, at } = command;
      const reason = command.type === "cancel" ? "cancelled" : command.reason;
      return [{ type: "completed", by, at, outcome: { status: "error", reason } }];
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
  const reported = { type: "reported", at: command.at, report: command.report } as const;
  if (call.phase === "completed") return [reported];
  const after = evolve(call, reported);
  const outcome = command.report.type === "dial_failed" ? refusedDial(command.report.reason, call) : outcomeOf(after);
  if (outcome === undefined) return [reported];
  return [reported, { type: "completed", by: command.id, at: command.at, outcome }];
}

/** A refused dial never became a call, unless the leg was reported since. */
function refusedDial(reason: NotDialed, call: Call): Outcome | undefined {
  return call.phase === "dialing" && call.line.uuid === undefined ? { status: "error", reason } : undefined;
}

function completion({ id, at }: { id: string; at: string }, call: Exclude<Call, { phase: "completed" }>): CallEvent {
  return { type: "completed", by: id, at, outcome: finalOutcomeOf(call) };
}
