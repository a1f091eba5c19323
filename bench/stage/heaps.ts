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

const USAGE_ID = 2;

/** What every worker thread of this process keeps, by the inspector: nothing else reaches into a thread. */
export async function workerHeaps(): Promise<readonly Heap[]> {
  const session = new Session();
  session.connect();
  const asked = new Map<string, PromiseWithResolvers<Heap>>();
  const names = new Map<string, string>();
  session.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }: WorkerAttached) => {
    names.set(sessionId, workerInfo.title.replace(/^\[worker \d+\] /, ""));
    asked.set(sessionId, Promise.withResolvers());
    const send = (id: number, method: string) =>
      session.post("NodeWorker.sendMessageToWorker", { sessionId, message: JSON.stringify({ id, method }) });
    Promise.all([send(1, "HeapProfiler.collectGarbage"), send(USAGE_ID, "Runtime.getHeapUsage")]).catch((error) =>
      asked.get(sessionId)?.reject(error),
    );
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
