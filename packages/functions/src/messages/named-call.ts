import * as z from "zod/mini";
import { jsonOf } from "../json.ts";
import { undefinedIfInvalid } from "../undefined-if-invalid.ts";

/** The `not_before` of a malformed message, if it is valid. */
export const notBefore = undefinedIfInvalid(z.iso.datetime());

/** Anything that names a call: a message of ours or an event, even if the rest is malformed. */
export const NamedCallSchema = z.union([
  z.object({ tid: z.uuid(), not_before: notBefore }),
  z.pipe(
    z.object({ detail: z.object({ metadata: z.object({ tid: z.uuid() }) }) }),
    z.transform(({ detail }): { tid: string; not_before?: string | undefined } => detail.metadata),
  ),
]);

export type NamedCall = z.infer<typeof NamedCallSchema>;

/** The call that a message names, if it names one. */
export function tidOf(body: string): string | undefined {
  const parsed = NamedCallSchema.safeParse(jsonOf(body));
  return parsed.success ? parsed.data.tid : undefined;
}
