import type { StepDeadlinesMessage } from "@promptcall/core/contracts/dialing-messages";
import type { DialQueueMessage, TimerMessage } from "@promptcall/core/contracts/messages";
import type { BatchRecord } from "@promptcall/functions/ports/batches";
import type { Linked } from "./linked.ts";

/**
 * Functions as they were before there were loops, in what they leave behind. A deployment replaces them one by one, and
 * what they have sent waits in the queues for hours.
 */
const OLDER: Readonly<Record<string, (linked: Linked) => Linked>> = {
  "packages/functions/src/api/lambda.handler": accepting,
  "packages/functions/src/dialer/lambda.handler": dialing,
};

export function beforeLoops(handler: string, linked: Linked): Linked {
  return OLDER[handler]?.(linked) ?? linked;
}

/** What is accepted waits in a message, not in a loop. */
function accepting(linked: Linked): Linked {
  const dial = () => linked.queue<DialQueueMessage>("DialQueue");
  const added = new Map<string, BatchRecord>();
  return {
    ...linked,
    batches: () => ({
      ...linked.batches(),
      async add(batch) {
        added.set(batch.id, batch);
        const { owner: _owner, expiresAt: _expires, sealedCredential: _sealed, ...known } = batch;
        await linked.batches().add(known);
      },
    }),
    waiting: () => ({
      ...linked.waiting(),
      add: (_owner, { tid, notBeforeMs, sealedCredential: sealed_credential }) =>
        dial().send({ v: 1, type: "dial", tid, sealed_credential, not_before: iso(notBeforeMs) }),
    }),
    loops: () => ({
      ...linked.loops(),
      // Set as running, so that it is not started.
      read: async (owner) => ({ ...(await linked.loops().read(owner)), dueMs: linked.clock.now().getTime() }),
      arrive: async () => true,
      async write(_owner, { next }) {
        for (const { id: batch_id, count, applicationId: application_id, sealedCredential } of added.values())
          await dial().send({
            v: 1,
            type: "dial_batch",
            batch_id,
            application_id,
            sealed_credential: sealedCredential ?? "",
            next: 0,
            until: Math.min(count, STEP),
            end: count,
            lanes: 1,
            not_before: iso(next.batches[batch_id]?.startMs ?? 0),
          });
        return true;
      },
    }),
  };
}

/** How many calls of a batch were dialed together. */
const STEP = 30;

/** A call has a deadline of its own, and neighbours in a batch one together. */
function dialing(linked: Linked): Linked {
  return {
    ...linked,
    queue: ((name) => {
      const queue = linked.queue<DialQueueMessage | TimerMessage>(name);
      return {
        ...queue,
        async send(message, given) {
          const older = message.type === "step_deadlines" ? apart(message) : [message];
          await Promise.all(older.map((one) => queue.send(one, given)));
        },
      } satisfies typeof queue;
    }) as Linked["queue"],
  };
}

function apart({ claim = "", not_before, singles, batches }: StepDeadlinesMessage): TimerMessage[] {
  const common = { v: 1, claim, not_before } as const;
  return [
    ...singles.map((single) => ({ ...common, type: "deadline" as const, ...single })),
    ...batches.flatMap(({ indices, ...batch }) =>
      runsOf(indices).map(([next, until]) => ({ ...common, type: "deadlines" as const, ...batch, next, until })),
    ),
  ];
}

/** A range of calls, from one index up to another (exclusive). */
function runsOf(indices: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last?.[1] === index) last[1] += 1;
    else runs.push([index, index + 1]);
  }
  return runs;
}

const iso = (ms: number) => new Date(ms).toISOString();
