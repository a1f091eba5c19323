import { recovered } from "@promptcall/core/dialing/rate";
import { dialedNow } from "@promptcall/core/dialing/start";
import type { Placed } from "@promptcall/core/idempotency";
import type { CallSpec } from "@promptcall/core/records/spec";
import { ensureStep, raised } from "../dialing/ensure-step.ts";
import type { AcceptPorts, Window } from "./accept.ts";

interface Queued {
  readonly owner: string;
  readonly window: Window;
  readonly jwt: string;
}

/**
 * Has one call dialed: at once, where nothing waits before it and the carrier's second has room; else it waits in its
 * owner's loop. All of it may be done again.
 */
export async function queueCall({ spec, owner, window, jwt }: Queued & { spec: CallSpec }, ports: AcceptPorts) {
  const { tid } = spec;
  const sealedCredential = await ports.seal.seal(jwt, tid);
  const dialsAtMs = window.isAhead ? undefined : await roomNow({ owner, spec }, ports);
  if (dialsAtMs !== undefined) {
    const at = new Date(dialsAtMs).toISOString();
    await ports.dial.send({ v: 1, type: "dial", tid, sealed_credential: sealedCredential, owner, at });
    return;
  }
  await ports.calls.add([spec]);
  await ports.waiting.add(owner, { tid, notBeforeMs: window.startMs, sealedCredential });
  await ensureStep({ owner, atMs: window.startMs, arrives: true }, ports);
}

/** Takes room for a call that is dialed now, and writes the call meanwhile; undefined where there is none. */
async function roomNow({ owner, spec }: { owner: string; spec: CallSpec }, ports: AcceptPorts) {
  const nowMs = ports.clock.now().getTime();
  const seen = await ports.loops.read(owner);
  const next = dialedNow(recovered(seen, nowMs), nowMs);
  if (next === undefined) return undefined;
  const [hasRoom] = await Promise.all([
    ports.loops.write(owner, { seen, next: raised(next), overArrivals: true }),
    ports.calls.add([spec]),
  ]);
  return hasRoom ? nowMs : undefined;
}

/** Has the calls of a batch dialed, in turn with what else waits. All of it may be done again. */
export async function queueBatch(
  given: Queued & { specs: readonly CallSpec[]; placed: Placed; byMs: number; callbackUrl: string | undefined },
  ports: AcceptPorts,
): Promise<void> {
  const { specs, placed, owner, window, jwt, byMs, callbackUrl } = given;
  const [{ applicationId, acceptedAt, batch: { id } = { id: "" } }] = specs as [CallSpec];
  const count = specs.length;
  await ports.batches.add({
    id,
    applicationId,
    count,
    acceptedAt,
    firstDialAt: iso(placed.fromMs),
    lastDialAt: iso(placed.lastMs),
    owner,
    expiresAt: iso(byMs),
    sealedCredential: await ports.seal.seal(jwt, id),
    ...(callbackUrl !== undefined && { callbackUrl }),
  });
  await ports.calls.add(specs);
  const entry = { from: 0, count, startMs: window.startMs, expiryMs: byMs };
  await ensureStep(
    {
      owner,
      atMs: window.startMs,
      change: (loop) => ({ ...loop, batches: { ...loop.batches, [id]: entry } }),
      isDone: (loop) => id in loop.batches,
    },
    ports,
  );
}

const iso = (ms: number) => new Date(ms).toISOString();
