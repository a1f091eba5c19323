import * as z from "zod/mini";

/**
 * Undefined for an invalid value, so that one bad field does not reject the whole. `z.catch` does the same, and 8 kB of zod
 * come with it.
 */
export const undefinedIfInvalid = <Content>(schema: z.ZodMiniType<Content>) =>
  z.optional(
    z.pipe(
      z.unknown(),
      z.transform((value) => schema.safeParse(value).data),
    ),
  );
