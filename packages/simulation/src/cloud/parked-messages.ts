import type { DeadLetters } from "@promptcall/functions/ports/dead-letters";
import type { Io } from "@promptcall/functions/testing/io";
import type { Sqs } from "./sqs.ts";

/** The most that one request takes. */
const REQUEST_SIZE = 10;

/** The dead-letter port of an operator who replays parked results. */
export function parkedMessages({ queue, io }: { queue: Sqs; io: Io }): DeadLetters {
  return {
    receive: () =>
      io(() =>
        queue.receive(REQUEST_SIZE).map(({ id, body, receives }) => ({ id, body, receipt: `${id}/${receives}` })),
      ),
    remove: ({ id }) => io(() => queue.delete({ id })),
    release: (messages) =>
      io(() => {
        for (const { id } of messages) queue.release({ id });
      }),
  };
}
