import { DETAILS } from "@promptcall/core/contracts/reasons";
import { ENDINGS, reasonOf } from "../outside/person.ts";
import type { RequestedCall } from "../outside/requests.ts";
import { type FaultLevel, isExact } from "../world/faults.ts";

/** Compares the result with what the person did. Where reports can be lost, only positive claims are checked. */
export function wrongResult({
  asked: { person, ask, credential, isCancelled, detection, hours, pauses = [] },
  status,
  reason,
  dialed,
  level,
}: {
  asked: RequestedCall;
  status: string;
  reason: string | undefined;
  dialed: boolean;
  level: FaultLevel;
}): string | undefined {
  // Who would key anything hears out what asks nothing.
  const keyedRight = ask === "say" ? person.attempts.length > 0 : person.attempts.includes(true);
  const usedAll = person.attempts.length === 3 && !keyedRight;
  if (status === "ok" && !keyedRight) return "ok, and the right PIN was never keyed";
  if (status === "failed" && !usedAll) return "failed, and not every attempt was wrong";
  if (!dialed && status !== "error") return `${status}, and nobody was called`;
  const { kind } = person;
  if (reason === "busy" && kind !== "busy") return "busy, and the person was not";
  if (reason === "machine" && (kind !== "mailbox" || !detection)) return "machine, and nobody looked for one there";
  const isOfNumber = kind === "malformed" || kind in ENDINGS;
  if (DETAILS.some((detail) => detail === reason) && reason !== "script_error" && reason !== reasonOf(person))
    return `${reason}, and it should be ${isOfNumber ? reasonOf(person) : "something else"}`;
  if (reason === "cancelled" && !isCancelled) return "cancelled, and nobody asked for that";
  if ((credential === "withdrawn" || credential === "forged") && dialed)
    return "the person was called for somebody who may not";
  if (["expired", "credential_rejected", "dial_refused"].includes(reason ?? "") && dialed)
    return `${reason}, and the person was called`;
  if (!isExact(level) || isCancelled) return undefined;
  if (credential === "withdrawn" && reason === "credential_rejected") return undefined;
  if (credential === "short" && !dialed && (reason === "expired" || reason === "credential_rejected")) return undefined;
  // Its batch may have been paused for as long as the person might be called.
  if (hours !== undefined && pauses.length > 0 && reason === "expired") return undefined;
  const isHungUpOn = kind === "mailbox" && detection === "hangup";
  if (keyedRight && !isHungUpOn && status !== "ok") return `the right PIN was keyed, and it is ${status}`;
  if (usedAll && !isHungUpOn && status !== "failed") return `every attempt was wrong, and it is ${status}`;
  const expected = reasonOf(person);
  return (keyedRight && !isHungUpOn) || (usedAll && !isHungUpOn) || reason === expected
    ? undefined
    : `${reason}, and it should be ${expected}`;
}
