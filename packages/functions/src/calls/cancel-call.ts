import type { Command } from "@promptcall/core/call/decide";
import { commandIds } from "@promptcall/core/contracts/ids";
import { askWithinRate, type CarrierRatePorts } from "../messages/ask-within-rate.ts";
import type { Stored } from "../ports/call-store.ts";
import type { Carrier } from "../ports/carrier.ts";
import type { Clock } from "../ports/clock.ts";
import type { Owners } from "../ports/owners.ts";
import { type Advanced, advance, type ProgressPorts } from "./progress.ts";

/** The same id for every request, so that repeating it changes nothing. */
export function cancellation({ tid, clock }: { tid: string; clock: Clock }): Command {
  return { type: "cancel", id: commandIds.cancelled(tid), at: clock.now().toISOString() };
}

export type CancelPorts = ProgressPorts &
  CarrierRatePorts & { readonly carrier: Pick<Carrier, "hangUp">; readonly owners: Pick<Owners, "ownerOf"> };

/** A request has a waiting caller, so it may wait longer for a slot than messages do. */
const LONGEST_WAIT_MS = 3_000;

/**
 * Completes a queued call as cancelled. A dialed call is hung up if there is a credential, and ends as usual.
 */
export async function cancelCall(
  { seen, credential }: { seen: Stored; credential: string | undefined },
  ports: CancelPorts,
): Promise<{ advanced: Advanced; isHungUp: boolean }> {
  const { tid } = seen.call;
  const commands = [cancellation({ tid, clock: ports.clock })];
  const advanced = await advance({ tid, commands, seen }, ports);
  const { call } = advanced;
  const uuid = "line" in call && call.phase !== "completed" && call.phase !== "ended" ? call.line.uuid : undefined;
  if (uuid === undefined || credential === undefined) return { advanced, isHungUp: false };
  const owner = await ports.owners.ownerOf(call.applicationId);
  const ask = () => ports.carrier.hangUp(uuid, credential, call.region);
  const hungUp = await askWithinRate({ owner, longestWaitMs: LONGEST_WAIT_MS, ask }, ports);
  return { advanced, isHungUp: hungUp === true };
}
