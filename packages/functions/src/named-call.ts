import * as z from "zod/mini";
import { jsonOf } from "./json.ts";

/** When something that cannot be read was to be handled, as far as that can be. */
export const notBefore = z.catch(z.optional(z.iso.datetime()), undefined);

/** Anything that still names a call, whatever else has become of it: a message of ours, or an event of the bus. */
export const NamedCallSchema = z.union([
  z.object({ tid: z.uuid(), not_before: notBefore }),
  z.pipe(
    z.object({ detail: z.object({ metadata: z.object({ tid: z.uuid() }) }) }),
    z.transform(({ detail }): { tid: string; not_before?: string | undefined } => detail.metadata),
  ),
]);

export type NamedCall = z.infer<typeof NamedCallSchema>;

/** The call a message is about; undefined for one that names none. */
export function tidOf(body: string): string | undefined {
  const parsed = NamedCallSchema.safeParse(jsonOf(body));
  return parsed.success ? parsed.data.tid : undefined;
}
