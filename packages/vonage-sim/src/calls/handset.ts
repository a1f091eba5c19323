import { z } from "zod";

/** What somebody who sits here does with a call that rings at a number of theirs. */
export const handActSchema = z.discriminatedUnion("act", [
  z.object({ act: z.enum(["answer", "decline", "hang_up"]) }),
  z.object({ act: z.literal("key"), key: z.string().regex(/^[\d*#]$/, "must be a key of a phone") }),
]);
export type HandAct = z.infer<typeof handActSchema>;
