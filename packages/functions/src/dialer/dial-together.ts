import { callIdOf } from "@promptcall/core/batch";
import { deadlineSeconds } from "@promptcall/core/call-length";
import { BETWEEN_REQUESTS_MS, SPREAD_MS } from "@promptcall/core/dialing/loop";
import type { Together } from "@promptcall/core/dialing/messages";
import type { CallSpec } from "@promptcall/core/records/spec";
import type { Origin } from "../dialing/give-back.ts";
import { UnknownCallError } from "../errors.ts";
import type { Stored } from "../ports/call-store.ts";
import type { Told } from "../ports/log.ts";
import { dialCall } from "./dial-call.ts";
import type { DialerPorts } from "./dialer-ports.ts";

export type Found = ReadonlyMap<string, { readonly spec: CallSpec; readonly stored: Stored }>;

interface Moment {
  readonly owner: string;
  /** Of the first request, and how late each may be. */
  readonly atMs: number;
  readonly lateMs: number;
}

/** Dials these calls, each at its moment. One deadline is set for all of them before the first is claimed. */
export async function dialTogether(
  { owner, atMs, lateMs, together, found }: Moment & { together: Together; found: Found },
  ports: DialerPorts,
): Promise<readonly Told[]> {
  const listed = callsOf(together);
  if (listed.length === 0) return [];
  const known = listed.filter(({ tid }) => found.has(tid));
  const isFree = ({ tid }: Listed) => found.get(tid)?.stored.call.phase === "queued";
  const token = ports.chance.id();
  const longestSeconds = Math.max(...known.map(({ tid }) => deadlineOf(found.get(tid), ports)));
  const deadlineMs = ports.clock.now().getTime() + longestSeconds * 1_000;
  const not_before = new Date(deadlineMs).toISOString();
  const deadlines = { v: 1, type: "step_deadlines", owner, claim: token, not_before, ...together } as const;
  const [credentials] = await Promise.all([
    opened(together, ports),
    // What is not free any more has a deadline already.
    known.some(isFree) ? ports.timers.send(deadlines) : undefined,
  ]);
  const refused = new Set<string>();
  const betweenMs = Math.min(BETWEEN_REQUESTS_MS, SPREAD_MS / listed.length);
  const dials = known.map(async ({ tid, origin, bound }, place) => {
    const call = found.get(tid);
    const credential = credentials.get(bound);
    if (call === undefined || credential === undefined) throw new UnknownCallError(tid);
    const dueMs = atMs + place * betweenMs;
    return await dialCall({ ...call, owner, origin, credential, dueMs, lastMs: dueMs + lateMs, token, refused }, ports);
  });
  const ended = await Promise.allSettled(dials);
  const missing = listed.find(({ tid }) => !found.has(tid));
  if (missing !== undefined) throw new UnknownCallError(missing.tid);
  const failed = ended.find((dial) => dial.status === "rejected");
  // The message comes again for the one; those that were dialed are claimed, and are not dialed again.
  if (failed !== undefined) throw failed.reason;
  return ended.flatMap((dial) => (dial.status === "fulfilled" ? [dial.value] : []));
}

/** When a call that is dialed now is over for certain, in seconds. */
function deadlineOf(call: { spec: CallSpec } | undefined, { settings }: DialerPorts): number {
  return call === undefined ? 0 : deadlineSeconds(call.spec, settings);
}

interface Listed {
  readonly tid: string;
  readonly origin: Origin;
  /** What its credential is bound to. */
  readonly bound: string;
}

/** Single calls first. */
export function callsOf({ singles, batches }: Together): readonly Listed[] {
  return [
    ...singles.map(({ tid, sealed_credential: sealedCredential }) => ({
      tid,
      origin: { kind: "single" as const, sealedCredential },
      bound: tid,
    })),
    ...batches.flatMap(({ batch_id: batchId, indices }) =>
      indices.map((index) => ({
        tid: callIdOf({ batchId, index }),
        origin: { kind: "batch" as const, batchId, index },
        bound: batchId,
      })),
    ),
  ];
}

async function opened({ singles, batches }: Together, { seal }: DialerPorts): Promise<ReadonlyMap<string, string>> {
  const sealed = [
    ...singles.map(({ tid, sealed_credential }) => ({ bound: tid, sealed_credential })),
    ...batches.map(({ batch_id, sealed_credential }) => ({ bound: batch_id, sealed_credential })),
  ];
  return new Map(
    await Promise.all(
      sealed.map(async ({ bound, sealed_credential }) => [bound, await seal.open(sealed_credential, bound)] as const),
    ),
  );
}
