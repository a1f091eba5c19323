import { callIdsOf } from "@promptcall/core/batch";
import type { DialBatchMessage, DialMessage, DialQueueMessage } from "@promptcall/core/messages";
import { LEAD_MS, turnOfBatch, turnOfCall } from "@promptcall/core/pace";
import { UnknownCallError } from "../errors.ts";
import type { Clock, Told } from "../ports.ts";
import { type DialerPorts, deadlineOf, dialCall, type Turn } from "./dial-call.ts";
import { passOn } from "./pass-on.ts";

/** Dials what is due: a call, or the next few of a batch. */
export function dialer(ports: DialerPorts) {
  return async (message: DialQueueMessage): Promise<readonly Told[]> => {
    const later = await placeFor(message, ports);
    if (later !== undefined) return [later];
    switch (message.type) {
      case "dial":
        return [await dialOne(message, ports)];
      case "dial_batch":
        return await dialStep({ ...message, place_by: undefined }, ports);
      default:
        return message satisfies never;
    }
  };
}

async function dialOne({ tid, sealed_credential }: DialMessage, ports: DialerPorts): Promise<Told> {
  const found = (await ports.calls.find([tid])).get(tid);
  if (found === undefined) throw new UnknownCallError(tid);
  const credential = await ports.seal.open(sealed_credential, tid);
  const turn = { ...found, credential, sealedCredential: async () => sealed_credential };
  const token = ports.chance.id();
  if (isFree(turn)) {
    const not_before = deadlineOf([turn], ports);
    await ports.timers.send({ v: 1, type: "deadline", tid, claim: token, sealed_credential, not_before });
  }
  return await dialCall({ token, turn }, ports);
}

/** What is not free any more has a deadline already. Each is set before its claim, so that none is without one. */
function isFree({ stored }: Turn): boolean {
  return stored.call.phase === "queued";
}

/** How far apart the requests of a step are. */
export const BETWEEN_REQUESTS_MS = 25;

/** How long a step takes to get ready. What it has more than that, the queue may be late. */
const PREPARATION_MS = 150;

/** Queues wait; what a step waits here is the part of a second that they cannot. */
const LONGEST_WAIT_MS = 1_000 + LEAD_MS;

/** The rest of the batch goes first: whatever happens to these calls, the next ones wait for nobody. */
async function dialStep(message: DialBatchMessage, ports: DialerPorts): Promise<readonly Told[]> {
  const dueMs = dueMsOf(message, ports.clock);
  // The next step begins a second after the rest is sent on. Sent on too early by a little each time, it would soon be by much.
  await ports.clock.reaches(dueMs - LEAD_MS);
  await passOn({ message, dueMs }, ports);
  const { batch_id: batchId, next, until } = message;
  const tids = callIdsOf({ batchId, from: next, to: until });
  const [found, credential] = await Promise.all([
    ports.calls.find(tids),
    ports.seal.open(message.sealed_credential, batchId),
  ]);
  const turns = [...found].map(([tid, call], index) => ({
    ...call,
    credential,
    sealedCredential: () => ports.seal.seal(credential, tid),
    dueMs: dueMs + index * BETWEEN_REQUESTS_MS,
  }));
  const token = ports.chance.id();
  if (turns.some(isFree)) {
    const { sealed_credential } = message;
    const calls = { batch_id: batchId, next, until, claim: token, sealed_credential };
    await ports.timers.send({ v: 1, type: "deadlines", ...calls, not_before: deadlineOf(turns, ports) });
  }
  const ended = await Promise.allSettled(turns.map((turn) => dialCall({ token, turn }, ports)));
  const missing = tids.find((tid) => !found.has(tid));
  if (missing !== undefined) throw new UnknownCallError(missing);
  const failed = ended.find((dial) => dial.status === "rejected");
  // The message comes again for the one; those that were dialed are claimed, and are not dialed again.
  if (failed !== undefined) throw failed.reason;
  return ended.flatMap((dial) => (dial.status === "fulfilled" ? [dial.value] : []));
}

/** When the carrier is asked for the first call of a step. How long it takes to get there must not differ from step to step. */
function dueMsOf({ due }: DialBatchMessage, clock: Clock): number {
  const nowMs = clock.now().getTime();
  if (due === undefined) return nowMs + LEAD_MS;
  return Math.min(Math.max(Date.parse(due), nowMs + PREPARATION_MS), nowMs + LONGEST_WAIT_MS);
}

/** What was to wait for a time of its own is given its place now; undefined when that is at once. */
async function placeFor(message: DialQueueMessage, ports: DialerPorts): Promise<Told | undefined> {
  if (message.place_by === undefined) return undefined;
  const { place_by, ...placed } = message;
  const byMs = Date.parse(place_by);
  const { fromMs } =
    message.type === "dial_batch"
      ? await ports.paces.reserve({ applicationId: message.application_id, count: message.end - message.next, byMs })
      : await ports.paces.reserve({ applicationId: await applicationOf(message.tid, ports), count: 1, byMs });
  if (fromMs <= ports.clock.now().getTime()) return undefined;
  if (placed.type === "dial") await ports.dial.send({ ...placed, ...turnOfCall(fromMs) });
  else await ports.dial.send({ ...placed, ...turnOfBatch(fromMs) });
  return { event: "message.early", ...(message.type === "dial" && { tid: message.tid }) };
}

async function applicationOf(tid: string, { calls }: DialerPorts): Promise<string> {
  const spec = await calls.spec(tid);
  if (spec === undefined) throw new UnknownCallError(tid);
  return spec.applicationId;
}
