import { SealError } from "../../src/errors.ts";
import type { Seal } from "../../src/ports.ts";

/** Keeps the credentials and hands out numbered envelopes, so that nothing can be read from one. */
export function memorySeal(): Seal {
  const kept: { readonly credential: string; readonly tid: string }[] = [];
  return {
    async seal(credential, tid) {
      kept.push({ credential, tid });
      return `envelope-${kept.length}`;
    },
    async open(sealed, tid) {
      const found = kept[Number(/^envelope-(\d+)$/.exec(sealed)?.[1]) - 1];
      if (found === undefined) throw new SealError("the credential cannot be opened");
      if (found.tid !== tid) throw new SealError("the credential belongs to another call");
      return found.credential;
    },
  };
}
