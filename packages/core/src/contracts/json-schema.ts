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

/** The JSON Schema of what a reader accepts: unknown fields are allowed. `described` keeps the descriptions. */
export function jsonSchemaOf(schema: z.core.$ZodType, { described }: { described: boolean }): JsonSchema {
  return z.toJSONSchema(schema, {
    target: "draft-07",
    io: "input",
    ...(!described && { metadata: z.registry() }),
    override: ({ jsonSchema }) => withoutChecks(jsonSchema),
  }) as JsonSchema;
}

/** `format` says it; the library's pattern may change with any release. */
export function withoutChecks(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
