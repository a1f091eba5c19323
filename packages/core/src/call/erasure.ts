import type { CallSpec } from "../contracts/records/spec.ts";
import type { Completed } from "./call.ts";
import { maskNumber } from "./phone.ts";

/** In place of what was erased: a reader of any version expects the field. */
export const ERASED = "";

/** A completed call has no use for what was said, nor for the PIN's hash. */
export function withoutWords({ byeText, failedText, pinKeyId, ...kept }: CallSpec): CallSpec {
  return { ...kept, text: ERASED, pinHash: ERASED };
}

/** Whether nothing is left to say, and no digits to compare with. */
export function isWordless({ pinHash }: Pick<CallSpec, "pinHash">): boolean {
  return pinHash === ERASED;
}

/**
 * A spec without what is known of a person. Where its result goes is kept: one that is parked can still be sent, with the
 * masked number.
 */
export function forgottenSpec(spec: CallSpec): CallSpec {
  if (spec.from === ERASED) return spec;
  const { reference, ...kept } = withoutWords(spec);
  return { ...kept, to: maskNumber(spec.to), from: ERASED };
}

export function forgottenCall({ reference, ...kept }: Completed): Completed {
  return kept;
}
