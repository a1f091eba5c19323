import { Session } from "node:inspector/promises";

export interface Heap {
  readonly name: string;
  /** After a garbage collection. */
  readonly usedMb: number;
}

interface WorkerAttached {
  readonly params: { readonly sessionId: string; readonly workerInfo: { readonly title: string } };
}

interface WorkerMessage {
  readonly params: { readonly sessionId: string; readonly message: string };
}

/** Twice, because the first collection may free references to more. */
const ASKED = ["HeapProfiler.collectGarbage", "HeapProfiler.collectGarbage", "Runtime.getHeapUsage"];
const USAGE_ID = ASKED.length - 1;

/** Less is no longer what a request has left behind. */
const FREED_MB = 0.5;
const MOST_LOOKS = 10;

/**
 * What every worker thread of this process keeps. One that has just answered lets go of its last request only in a turn
 * of its own after the collection, so this looks until nothing more is freed.
 */
export async function workerHeaps(): Promise<readonly Heap[]> {
  let heaps = await collectedHeaps();
  for (let look = 1; look < MOST_LOOKS; look += 1) {
    const before = usedMb(heaps);
    heaps = await collectedHeaps();
    if (before - usedMb(heaps) < FREED_MB) break;
  }
  return heaps;
}

const usedMb = (heaps: readonly Heap[]) => heaps.reduce((sum, { usedMb }) => sum + usedMb, 0);

/** By the inspector: nothing else reaches into a thread. */
async function collectedHeaps(): Promise<readonly Heap[]> {
  const session = new Session();
  session.connect();
  const asked = new Map<string, PromiseWithResolvers<Heap>>();
  const names = new Map<string, string>();
  session.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }: WorkerAttached) => {
    names.set(sessionId, workerInfo.title.replace(/^\[worker \d+\] /, ""));
    asked.set(sessionId, Promise.withResolvers());
    const messages = ASKED.map((method, id) => JSON.stringify({ id, method }));
    const sent = messages.map((message) => session.post("NodeWorker.sendMessageToWorker", { sessionId, message }));
    Promise.all(sent).catch((error) => asked.get(sessionId)?.reject(error));
  });
  session.on("NodeWorker.receivedMessageFromWorker", ({ params: { sessionId, message } }: WorkerMessage) => {
    const { id, result } = JSON.parse(message) as { id: number; result?: { usedSize: number } };
    if (id !== USAGE_ID || result === undefined) return;
    asked.get(sessionId)?.resolve({ name: names.get(sessionId) ?? "", usedMb: result.usedSize / 1024 ** 2 });
  });
  await session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  const heaps = await Promise.all([...asked.values()].map(({ promise }) => promise));
  session.disconnect();
  return heaps.toSorted((one, other) => one.name.localeCompare(other.name));
}
