import * as z from "zod/mini";
import { EVENT_SOURCE } from "./event-source.ts";
import { text } from "./records/fields.ts";

/** How the bus hands an event to a subscriber. */
export const EnvelopeSchema = z.pipe(
  z.object({ source: z.literal(EVENT_SOURCE), "detail-type": text, detail: z.record(text, z.unknown()) }),
  z.transform((envelope): unknown => ({ type: envelope["detail-type"], ...envelope.detail })),
);
