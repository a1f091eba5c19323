import { createHash } from "node:crypto";
import type { Keys } from "@promptcall/core/keys";
import { seal } from "@promptcall/functions/adapters/seal";
import type { Seal } from "@promptcall/functions/ports";

/** As the real one, but with a nonce that follows from what is sealed, so that every run comes to the same. */
export const sealTwin = (keys: Keys): Seal =>
  seal(keys, {
    nonceFor: ({ credential, tid }) => createHash("sha256").update(credential).update(tid).digest().subarray(0, 12),
  });
