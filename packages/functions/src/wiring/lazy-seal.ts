import type { Keys } from "@promptcall/core/security/keys";
import type { Seal } from "../ports/seal.ts";

/** Loaded with the first that is sealed or opened: most messages of these functions have nothing that is. */
export function lazySeal(keys: Keys): Seal {
  const loaded = async () => (await import("../security/seal.ts")).seal(keys);
  return {
    seal: async (...given) => await (await loaded()).seal(...given),
    open: async (...given) => await (await loaded()).open(...given),
  };
}
