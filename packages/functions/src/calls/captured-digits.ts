import type { Call, Completed } from "@promptcall/core/call/call";
import { hadDigits, saysDigits, sealedDigitsOf } from "@promptcall/core/call/erasure";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { CallStore } from "../ports/call-store.ts";
import type { ParkedDigits } from "../ports/parked-digits.ts";
import type { Seal } from "../ports/seal.ts";

export interface CapturedDigitsPorts {
  readonly digitsSeal: Pick<Seal, "open">;
  readonly parkedDigits: Pick<ParkedDigits, "find">;
}

export interface CapturedDigits {
  readonly digits: string;
  readonly sealed: string;
}

/**
 * The digits of a call that captured some; undefined where it has none, or none any more. They rest in its outcome, and
 * beside it from when its result is parked.
 *
 * @throws {SealError}
 */
export async function capturedDigits(
  { spec, call }: { spec: CallSpec; call: Completed },
  { digitsSeal, parkedDigits }: CapturedDigitsPorts,
): Promise<CapturedDigits | undefined> {
  const sealed = sealedDigitsOf(call) ?? (hadDigits({ spec, call }) ? await parkedDigits.find(call.tid) : undefined);
  return sealed === undefined ? undefined : { digits: await digitsSeal.open(sealed, call.tid), sealed };
}

/** Whether its result can be sent no more: to a client of the deprecated API, one without digits says that the PIN was wrong. */
export async function isUnrepeatable(
  { spec, call }: { spec: CallSpec; call: Call },
  ports: CapturedDigitsPorts,
): Promise<boolean> {
  if (spec.callback.shape === undefined || call.phase !== "completed" || !saysDigits(spec)) return false;
  return call.outcome.status === "ok" && (await capturedDigits({ spec, call }, ports)) === undefined;
}

export interface EraseDigitsPorts {
  readonly calls: Pick<CallStore, "eraseDigits">;
  readonly parkedDigits: Pick<ParkedDigits, "keep" | "erase">;
}

/** For as long as its dead letter is kept: in this order, so that a crash in between loses nothing. */
export async function parkDigits(
  { tid, sealed }: { tid: string; sealed: string },
  { calls, parkedDigits }: EraseDigitsPorts,
): Promise<void> {
  await parkedDigits.keep(tid, sealed);
  await calls.eraseDigits(tid);
}

/** Wherever they rest. */
export async function eraseDigits(tid: string, { calls, parkedDigits }: EraseDigitsPorts): Promise<void> {
  await Promise.all([calls.eraseDigits(tid), parkedDigits.erase(tid)]);
}
