import * as z from "zod/mini";

/** What the carrier says of a call, wherever it says it. Whoever knows a webhook's address can say anything in its place. */

/** Its own name for a call: seldom a UUID, but always something that a path takes as it is. */
export const carrierUuid = z.string().check(z.regex(/^[\dA-Za-z-]{1,64}$/));

const plain = /^\d{1,9}(\.\d{1,9})?$/;

/** In EUR, as the carrier writes it. */
export const price = z.string().check(z.regex(plain));

export const durationSeconds = z.pipe(
  z.pipe(z.union([z.string(), z.number()]), z.transform(String)),
  z.pipe(z.string().check(z.regex(plain)), z.transform(Number)),
);

/** Undefined for what has another form: what it comes along with must not be missed for that. */
export const orNothing = <Content>(schema: z.ZodMiniType<Content>) =>
  z.optional(
    z.pipe(
      z.unknown(),
      z.transform((value) => schema.safeParse(value).data),
    ),
  );
