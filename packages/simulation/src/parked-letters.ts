import type { DeadLetters } from "@promptcall/functions/ports/dead-letters";
import type { Sqs } from "./sqs.ts";
import type { Io } from "./twins/io.ts";

/** The most that one request takes. */
const REQUEST_SIZE = 10;

/** The parked results, as an operator comes to them. */
export function parkedLetters({ queue, io }: { queue: Sqs; io: Io }): DeadLetters {
  return {
    receive: () =>
      io(() =>
        queue.receive(REQUEST_SIZE).map(({ id, body, receives }) => ({ id, body, receipt: `${id}/${receives}` })),
      ),
    remove: ({ id }) => io(() => queue.delete({ id })),
    release: (letters) =>
      io(() => {
        for (const { id } of letters) queue.release({ id });
      }),
  };
}
