import type { Command } from "@promptcall/core/decide";
import { commandIds } from "@promptcall/core/ids";
import { type AskingPorts, askInTurn } from "./ask-in-turn.ts";
import type { Carrier } from "./ports/carrier.ts";
import type { Clock } from "./ports/clock.ts";
import type { Owners } from "./ports/owners.ts";
import { type Advanced, advance, type ProgressPorts } from "./progress.ts";

/** The same whoever asks for it, and however often. */
export function cancellation({ tid, clock }: { tid: string; clock: Clock }): Command {
  return { type: "cancel", id: commandIds.cancelled(tid), at: clock.now().toISOString() };
}

export type CancelPorts = ProgressPorts &
  AskingPorts & { readonly carrier: Pick<Carrier, "hangUp">; readonly owners: Pick<Owners, "ownerOf"> };

/** Somebody waits for the answer, and so for longer than messages do: these leave room for it. */
const PATIENCE_MS = 3_000;

/**
 * Completes a call that is still queued as cancelled. One that was dialed is hung up, given the credential, and then
 * ends as what it has become by then; undefined for a call that there is not.
 */
export async function cancelCall(
  { tid, credential }: { tid: string; credential: string | undefined },
  ports: CancelPorts,
): Promise<{ advanced: Advanced; isHungUp: boolean } | undefined> {
  const stored = await ports.calls.state(tid);
  if (stored === undefined) return undefined;
  const commands = [cancellation({ tid, clock: ports.clock })];
  const advanced = await advance({ tid, commands, seen: stored }, ports);
  const { call } = advanced;
  const uuid = "line" in call && call.phase !== "completed" && call.phase !== "ended" ? call.line.uuid : undefined;
  if (uuid === undefined || credential === undefined) return { advanced, isHungUp: false };
  const owner = await ports.owners.ownerOf(call.applicationId);
  const ask = () => ports.carrier.hangUp(uuid, credential);
  const hungUp = await askInTurn({ owner, patienceMs: PATIENCE_MS, ask }, ports);
  return { advanced, isHungUp: hungUp === true };
}
