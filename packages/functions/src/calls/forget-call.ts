import type { Completed } from "@promptcall/core/call/call";
import { forgottenCall, forgottenSpec, saysDigits, sealedDigitsOf } from "@promptcall/core/call/erasure";
import { ConflictError } from "../errors.ts";
import type { CallStore, Stored } from "../ports/call-store.ts";
import { type EraseDigitsPorts, eraseDigits } from "./captured-digits.ts";
import { saved } from "./progress.ts";

export interface ForgetPorts extends EraseDigitsPorts {
  readonly calls: Pick<CallStore, "spec" | "state" | "save" | "rewrite" | "eraseDigits">;
}

const MOST_CONFLICTS = 10;

/**
 * Erases what a completed call says of a person: the number, the caller's, the texts, the digits, the customer's own name for it. How
 * it ended stays, and so do the counts of its batch. Undefined while it is not completed. Safe to repeat.
 */
export async function forgetCall(
  { tid, seen }: { tid: string; seen: Stored },
  ports: ForgetPorts,
): Promise<Completed | undefined> {
  const { calls } = ports;
  for (let race = 0; race < MOST_CONFLICTS; race += 1) {
    const { call, version } = (race === 0 ? seen : await calls.state(tid)) ?? seen;
    if (call.phase !== "completed") return undefined;
    const forgotten = forgottenCall(call);
    // A late report of the carrier may be folded meanwhile.
    const isPersonal = call.reference !== undefined || sealedDigitsOf(call) !== undefined;
    if (isPersonal && !(await saved({ call: forgotten, version }, calls))) continue;
    const spec = await calls.spec(tid);
    // Before the spec tells no more that there may be some.
    if (spec !== undefined && saysDigits(spec)) await eraseDigits(tid, ports);
    if (spec !== undefined) await calls.rewrite(forgottenSpec(spec));
    return forgotten;
  }
  throw new ConflictError(tid);
}
