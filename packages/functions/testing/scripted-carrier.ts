import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import type { Carrier, CarrierCall, PlaceCall } from "../src/ports/carrier.ts";

export const UUID = "63f61863-4a51-4f6b-86e1-46edebcf9356";

export interface ScriptedCarrier extends Carrier {
  readonly judged: readonly string[];
  readonly placed: readonly { readonly call: PlaceCall; readonly credential: string }[];
  readonly asked: readonly { readonly uuid: string; readonly credential: string }[];
  readonly hungUp: readonly { readonly uuid: string; readonly credential: string }[];
}

/** A carrier that answers every dial with the same outcome, and knows the given calls. */
export function scriptedCarrier({
  outcome = { kind: "placed", uuid: UUID },
  known = [],
  takes = "yes",
}: {
  outcome?: DialOutcome;
  known?: readonly CarrierCall[];
  /** What it says of every credential; null is that it does not answer. */
  takes?: "yes" | "no" | null;
} = {}): ScriptedCarrier {
  const placed: { call: PlaceCall; credential: string }[] = [];
  const hungUp: { uuid: string; credential: string }[] = [];
  const asked: { uuid: string; credential: string }[] = [];
  const judged: string[] = [];
  return {
    judged,
    placed,
    asked,
    hungUp,
    async placeCall(call, credential) {
      placed.push(structuredClone({ call, credential }));
      return outcome;
    },
    async takes(credential) {
      judged.push(credential);
      return takes ?? undefined;
    },
    async findCall(uuid, credential) {
      asked.push({ uuid, credential });
      return structuredClone(known.find((call) => call.uuid === uuid));
    },
    async hangUp(uuid, credential) {
      hungUp.push({ uuid, credential });
      return known.some((call) => call.uuid === uuid);
    },
  };
}
