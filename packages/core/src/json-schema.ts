import * as z from "zod/mini";

/** As far as the schemas of this package have use for it. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** What a reader takes: fields it does not know are none of its business. `described` keeps what is said to people. */
export function jsonSchemaOf(schema: z.core.$ZodType, { described }: { described: boolean }): JsonSchema {
  return z.toJSONSchema(schema, {
    target: "draft-07",
    io: "input",
    ...(!described && { metadata: z.registry() }),
    override: ({ jsonSchema }) => {
      // The format says it; how the library checks it may change with any release of it.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }) as JsonSchema;
}
