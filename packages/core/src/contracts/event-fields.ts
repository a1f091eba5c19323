import * as z from "zod/mini";
import { text, time } from "./records/fields.ts";

/** What the metadata of every event begins with, and what is said of it. */
export const identity = { id: text, version: z.literal(1) };
export const ofIdentity = {
  id: "Of this event; the same whenever it is published or delivered again",
  version: "Of this type of event",
};

export const someText = z.optional(text);

/**
 * What the catalogue says of an object's fields, beside them: what is said of a field by itself is two schemas more, which
 * each start of a function would make.
 */
export function described<Described extends z.ZodMiniObject>(
  object: Described,
  fields: { readonly [Field in keyof Described["shape"]]?: string },
): Described {
  z.globalRegistry.add(object, { fields });
  return object;
}

const MetadataSchema = described(
  z.object({ ...identity, tid: z.uuid(), application_id: text, batch_id: someText, time }),
  { ...ofIdentity, tid: "The call" },
);
export type Metadata = z.infer<typeof MetadataSchema>;

/** Of a call. */
export function event<Type extends string, Data extends z.ZodMiniObject>(declared: {
  type: Type;
  /** What its publication means. */
  meaning: string;
  data: Data;
}) {
  const { type, meaning, data } = declared;
  const schema = z.object({ type: z.literal(type), metadata: MetadataSchema, data });
  return schema.register(z.globalRegistry, { description: meaning });
}
