import type { buildApp } from "fauxqs";

/** What a queue has at the moment. */
export interface QueueLook {
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
  /** When the oldest of those that are ready or in flight was sent; epoch ms. */
  readonly oldestSentMs?: number;
  /** When the first of those that are delayed will be ready; epoch ms. */
  readonly firstReadyMs?: number;
}

interface Message {
  readonly sentTimestamp: number;
  readonly delayUntil?: number;
}

interface Inspected {
  readonly messages: {
    readonly ready: readonly Message[];
    readonly delayed: readonly Message[];
    readonly inflight: readonly { readonly message: Message }[];
  };
}

const PATH = "/_fauxqs/queues/";

/** Of a queue fauxqs tells every message with its body; here it tells how many there are, and how old they are. */
export function keepInspectionShort(app: ReturnType<typeof buildApp>): void {
  app.addHook("preSerialization", async ({ url }, { statusCode }, payload) =>
    url.startsWith(PATH) && statusCode === 200
      ? lookOf({ inspected: payload as Inspected, nowMs: Date.now() })
      : payload,
  );
}

function lookOf({ inspected, nowMs }: { readonly inspected: Inspected; readonly nowMs: number }): QueueLook {
  const { ready, delayed, inflight } = inspected.messages;
  // One whose delay is over is moved when the queue is next asked for messages.
  const waiting = delayed.filter(({ delayUntil = 0 }) => delayUntil > nowMs);
  const others = [...ready, ...delayed.filter(({ delayUntil = 0 }) => delayUntil <= nowMs)];
  const sent = [...others, ...inflight.map(({ message }) => message)].map(({ sentTimestamp }) => sentTimestamp);
  const due = waiting.map(({ delayUntil = 0 }) => delayUntil);
  return {
    ready: others.length,
    delayed: waiting.length,
    inFlight: inflight.length,
    ...(sent.length > 0 && { oldestSentMs: least(sent) }),
    ...(due.length > 0 && { firstReadyMs: least(due) }),
  };
}

/** More than a function takes as arguments. */
const least = (numbers: readonly number[]): number => numbers.reduce((one, other) => Math.min(one, other));

/** Looks into a queue of the local run, and changes nothing there. */
export async function lookInto(queueUrl: string): Promise<QueueLook> {
  const name = queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
  const answer = await fetch(new URL(PATH + name, queueUrl));
  if (!answer.ok) throw new Error(`${name} was answered ${answer.status}`);
  return (await answer.json()) as QueueLook;
}
