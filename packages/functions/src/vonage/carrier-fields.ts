import * as z from "zod/mini";

/**
 * The carrier's fields about a call, in webhooks and answers. Validated, because anybody who knows a webhook's address
 * can send anything.
 */

/** The carrier's id of a call: not always a UUID, but safe in a path. */
export const carrierUuid = z.string().check(z.regex(/^[\dA-Za-z-]{1,64}$/));

const plain = /^\d{1,9}(\.\d{1,9})?$/;

/** In EUR, as the carrier writes it. */
export const price = z.string().check(z.regex(plain));

/** Of the person: the codes of its country and of the network, or a word for a landline. */
export const network = z.string().check(z.regex(/^[\w-]{1,32}$/));

export const durationSeconds = z.pipe(
  z.pipe(z.union([z.string(), z.number()]), z.transform(String)),
  z.pipe(z.string().check(z.regex(plain)), z.transform(Number)),
);
