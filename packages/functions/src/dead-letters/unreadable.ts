import { DialGroupSchema } from "@promptcall/core/contracts/dialing-messages";
import * as z from "zod/mini";
import { NamedCallSchema, notBefore } from "../messages/named-call.ts";

/*
 * Messages that another version of the code wrote and this one cannot read. What they still name is taken care of. Such are
 * rare, and each schema is made with the first that is read by it.
 */

/** Names a call. */
export const UnreadableSchema = z.pipe(
  NamedCallSchema,
  z.transform((named) => ({ type: "unreadable" as const, ...named })),
);

/** Names a range of a batch's calls. */
export const UnreadableBatchSchema = z.lazy(() =>
  z.pipe(
    z.object({ batch_id: z.uuid(), next: z.int(), end: z.int(), not_before: notBefore }),
    z.transform((calls) => ({ type: "unreadable_batch" as const, ...calls })),
  ),
);

/** Names a loop. */
export const UnreadableLoopSchema = z.lazy(() =>
  z.pipe(
    z.object({ owner: z.string() }),
    z.transform(({ owner }) => ({ type: "unreadable_loop" as const, owner })),
  ),
);

/** Names the calls of a step. */
export const UnreadableStepSchema = z.lazy(() =>
  z.pipe(
    z.object({ owner: z.optional(z.string()), ...DialGroupSchema.shape }),
    z.transform((calls) => ({ type: "unreadable_step" as const, ...calls })),
  ),
);

/** Names the calls of a batch that is over. */
export const UnreadableSweepSchema = z.lazy(() =>
  z.pipe(
    z.object({
      owner: z.string(),
      batch_id: z.uuid(),
      next: z.int(),
      end: z.optional(z.int()),
      sealed_credential: z.optional(z.string()),
    }),
    z.transform((calls) => ({ type: "unreadable_sweep" as const, ...calls })),
  ),
);

/** Names a batch whose calls are to be counted. */
export const UnreadableCountSchema = z.lazy(() =>
  z.pipe(
    z.object({ batch_id: z.uuid(), looks: z.int() }),
    z.transform((count) => ({ type: "unreadable_count" as const, ...count })),
  ),
);

/** Names a range of a batch's calls, and the time of their deadline. */
export const UnreadableDeadlinesSchema = z.lazy(() =>
  z.pipe(
    z.object({ batch_id: z.uuid(), next: z.int(), until: z.int(), not_before: notBefore }),
    z.transform((calls) => ({ type: "unreadable_deadlines" as const, ...calls })),
  ),
);
