import * as z from "zod/mini";

export const retentionDays = z.int().check(z.positive());

/** Whether events without a subscriber of our own are published too: calls accepted, phones that ring. */
export const verboseEvents = z.boolean();

/** Where spans are sent, by OTLP over HTTP. Without it there are none. */
export const tracing = z.optional(z.object({ endpoint: z.url({ protocol: /^https?$/ }) }));
