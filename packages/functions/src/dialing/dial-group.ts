import { callIdOf } from "@promptcall/core/call/batch";
import { deadlineAtMs, deadlineSeconds } from "@promptcall/core/call/call-length";
import type { DialGroup } from "@promptcall/core/contracts/dialing-messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { UnknownCallError } from "../errors.ts";
import type { Stored } from "../ports/call-store.ts";
import type { LogRecord } from "../ports/log.ts";
import { dialCall } from "./dial-call.ts";
import type { DialerPorts } from "./dialer-ports.ts";
import type { Origin } from "./give-back.ts";

export type FoundCalls = ReadonlyMap<string, { readonly spec: CallSpec; readonly stored: Stored }>;

interface Moment {
  /** When the first request is due, within what time all are, and how late each may be. */
  readonly atMs: number;
  readonly spreadMs: number;
  readonly lateMs: number;
}

interface Group {
  readonly owner: string;
  readonly group: DialGroup;
  readonly found: FoundCalls;
}

/** Dials a group of calls, each at its slot. One deadline for all is set before the first claim. */
export async function dialGroup(
  { atMs, spreadMs, lateMs, ...given }: Moment & Group,
  ports: DialerPorts,
): Promise<readonly LogRecord[]> {
  const dial = await readyGroup(given, ports);
  return await dial({ atMs, spreadMs, lateMs });
}

/**
 * Sets the deadline of a group, and opens its credentials. What is returned dials it, and may do so again: calls that were
 * late for one moment are still queued for the next.
 */
export async function readyGroup(
  { owner, group, found }: Group,
  ports: DialerPorts,
): Promise<(moment: Moment) => Promise<readonly LogRecord[]>> {
  const listed = callsOf(group);
  if (listed.length === 0) return async () => [];
  const known = listed.filter(({ tid }) => found.has(tid));
  const isFree = ({ tid }: Listed) => found.get(tid)?.stored.call.phase === "queued";
  const token = ports.random.uuid();
  const longestSeconds = Math.max(...known.map(({ tid }) => deadlineOf(found.get(tid), ports)));
  const deadlineMs = deadlineAtMs({ nowMs: ports.clock.now().getTime(), seconds: longestSeconds }, ports.settings);
  const not_before = new Date(deadlineMs).toISOString();
  const deadlines = { v: 1, type: "step_deadlines", owner, claim: token, not_before, ...group } as const;
  const [credentials] = await Promise.all([
    opened(group, ports),
    // Calls that are no longer queued already have a deadline.
    known.some(isFree) ? ports.timers.send(deadlines) : undefined,
  ]);
  return async ({ atMs, spreadMs, lateMs }) => {
    const refused = new Set<string>();
    const dials = known.map(async ({ tid, origin, bound }, index) => {
      const call = found.get(tid);
      const credential = credentials.get(bound);
      if (call === undefined || credential === undefined) throw new UnknownCallError(tid);
      const dueMs = atMs + (index * spreadMs) / listed.length;
      const due = { ...call, owner, origin, credential, dueMs, lastMs: dueMs + lateMs, token, refused };
      return await dialCall(due, ports);
    });
    const ended = await Promise.allSettled(dials);
    const missing = listed.find(({ tid }) => !found.has(tid));
    if (missing !== undefined) throw new UnknownCallError(missing.tid);
    const failed = ended.find((dial) => dial.status === "rejected");
    // The message is redelivered for the failed one; the dialed calls are claimed and not dialed again.
    if (failed !== undefined) throw failed.reason;
    return ended.flatMap((dial) => (dial.status === "fulfilled" ? [dial.value] : []));
  };
}

/** How long after dialing the call is certainly over. */
function deadlineOf(call: { spec: CallSpec } | undefined, { settings }: DialerPorts): number {
  return call === undefined ? 0 : deadlineSeconds(call.spec, settings);
}

interface Listed {
  readonly tid: string;
  readonly origin: Origin;
  /** The id that its credential is bound to. */
  readonly bound: string;
}

/** Single calls first. */
export function callsOf({ singles, batches }: DialGroup): readonly Listed[] {
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

async function opened({ singles, batches }: DialGroup, { seal }: DialerPorts): Promise<ReadonlyMap<string, string>> {
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
