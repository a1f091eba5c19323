import type { Carrier } from "../ports/carrier.ts";
import { settings } from "./resources.ts";

/** For functions that rarely ask: its client is as much to load as two of the cloud's. */
export function carrierLater(): Pick<Carrier, "findCall" | "hangUp"> {
  const options = settings().carrier;
  const loaded = async () => (await import("./carrier.ts")).carrier(options);
  return {
    findCall: async (...given) => await (await loaded()).findCall(...given),
    hangUp: async (...given) => await (await loaded()).hangUp(...given),
  };
}
