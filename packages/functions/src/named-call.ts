import * as z from "zod/mini";

/** Anything that still names a call, whatever else has become of it: a message of ours, or an event of the bus. */
export const NamedCallSchema = z.union([
  z.object({ tid: z.uuid() }),
  z.pipe(
    z.object({ detail: z.object({ metadata: z.object({ tid: z.uuid() }) }) }),
    z.transform(({ detail }) => detail.metadata),
  ),
]);

/** The call a message is about; undefined for one that names none. */
export function tidOf(body: string): string | undefined {
  const parsed = NamedCallSchema.safeParse(jsonOf(body));
  return parsed.success ? parsed.data.tid : undefined;
}

export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
