import { CarrierSettings } from "@promptcall/core/contracts/settings/carrier";
import type { Carrier } from "../ports/carrier.ts";
import { settings } from "../runtime/resources.ts";

/** The carrier, loaded on first use: its client costs as much cold start as two AWS clients. */
export function lazyCarrier(): Pick<Carrier, "takes" | "findCall" | "hangUp"> {
  const options = settings({ carrier: CarrierSettings }).carrier;
  const loaded = async () => (await import("../vonage/carrier.ts")).carrier(options);
  return {
    takes: async (...given) => await (await loaded()).takes(...given),
    findCall: async (...given) => await (await loaded()).findCall(...given),
    hangUp: async (...given) => await (await loaded()).hangUp(...given),
  };
}
