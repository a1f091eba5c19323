import type { Call } from "@promptcall/core/call/call";
import { sealedDigitsOf } from "@promptcall/core/call/erasure";
import type { Seal } from "../ports/seal.ts";

export interface OpenDigitsPorts {
  readonly digitsSeal: Pick<Seal, "open">;
}

/**
 * The digits of a call that captured some; undefined where it has none, or none any more.
 *
 * @throws {SealError}
 */
export async function openDigits(call: Call, { digitsSeal }: OpenDigitsPorts): Promise<string | undefined> {
  const sealed = sealedDigitsOf(call);
  return sealed === undefined ? undefined : await digitsSeal.open(sealed, call.tid);
}
