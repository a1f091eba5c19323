import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import type { DialMessage } from "@promptcall/core/contracts/messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { idOf } from "../../testing/random.ts";
import { scriptedCarrier, UUID } from "../../testing/scripted-carrier.ts";
import { fixtureWith } from "../fixture.ts";
import { after, at, CREDENTIAL, claim, deadlineFrom, queued, report, spec, TID } from "../given.ts";

export const OWNER = "app:app";

/** One call in the queue, and a carrier that answers as the test says. */
export async function queuedFixture({
  outcome,
  credential = CREDENTIAL,
  asked = spec(),
}: {
  outcome?: DialOutcome;
  credential?: string;
  asked?: CallSpec;
} = {}) {
  const fixture = await fixtureWith(queued(), { now: at(1), spec: asked });
  const sealed_credential = await fixture.seal.seal(credential, TID);
  const message: DialMessage = { v: 1, type: "dial", tid: TID, sealed_credential, owner: OWNER, at: at(1) };
  const carrier = scriptedCarrier(outcome && { outcome });
  const dialing = after(queued(), claim(1, idOf(1)));
  return { ...fixture, carrier, message, dialing, dialed: after(dialing, report(1, { type: "dialed", uuid: UUID })) };
}

export const metadata = { id: idOf(2), version: 1, tid: TID, application_id: "app", time: at(1) };
export const deadline = (sealed_credential: string, token = idOf(1)) => ({
  v: 1,
  type: "step_deadlines",
  owner: OWNER,
  claim: token,
  not_before: deadlineFrom(1),
  singles: [{ tid: TID, sealed_credential }],
  batches: [],
});
