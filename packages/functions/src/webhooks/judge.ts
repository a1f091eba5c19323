import { saysDigits } from "@promptcall/core/call/erasure";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { Keys } from "@promptcall/core/security/keys";
import { pinMatches } from "@promptcall/core/security/pin";
import { UnlistedKeyError } from "../errors.ts";
import type { Seal } from "../ports/seal.ts";

export interface JudgePorts {
  readonly pinKeys: Keys;
  readonly digitsSeal: Pick<Seal, "seal">;
}

/** What an attempt is worth, as it may be published: digits only sealed, and only where they were asked for. */
interface Judged {
  readonly matched: boolean;
  readonly choice?: string;
  readonly sealed_digits?: string;
}

/** Judges what was keyed by what was asked for. */
export async function judge(
  { spec, keyed }: { spec: CallSpec; keyed: string },
  { pinKeys, digitsSeal }: JudgePorts,
): Promise<Judged> {
  const { ask, tid } = spec;
  switch (ask) {
    case undefined: {
      const { pinHash: hash, pinKeyId: hashedWith } = spec;
      const matched = pinMatches({ keys: pinKeys, tid, pin: keyed, hash, hashedWith });
      // Without the key nobody can tell whether the digits are right.
      if (matched === undefined)
        throw new UnlistedKeyError(`the PIN of call ${tid} was hashed with a key not listed here`);
      return { matched, ...(matched && saysDigits(spec) && { sealed_digits: await digitsSeal.seal(keyed, tid) }) };
    }
    case "press": {
      const choice = Object.hasOwn(spec.choices ?? {}, keyed) ? spec.choices?.[keyed] : undefined;
      return choice === undefined ? { matched: false } : { matched: true, choice };
    }
    case "capture": {
      const { minDigits = 1 } = spec;
      if (!/^\d+$/.test(keyed) || keyed.length < minDigits) return { matched: false };
      return { matched: true, sealed_digits: await digitsSeal.seal(keyed, tid) };
    }
    case "say":
      return { matched: true };
    default:
      return ask satisfies never;
  }
}
