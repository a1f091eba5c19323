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
  const jsonSchema = z.toJSONSchema(schema, {
    target: "draft-07",
    io: "input",
    ...(!described && { metadata: z.registry() }),
    override: ({ jsonSchema }) => withoutChecks(jsonSchema),
  });
  return withDescriptions(jsonSchema as JsonSchema & Described);
}

/** What is said of an object's fields, as it is registered with the object. */
interface Described {
  readonly fields?: Readonly<Record<string, string>>;
}

function withDescriptions({ fields = {}, ...schema }: JsonSchema & Described): JsonSchema {
  if (schema.properties === undefined) return schema;
  const properties = Object.entries(schema.properties).map(([name, property]) => {
    const description = fields[name];
    return [name, { ...(description !== undefined && { description }), ...withDescriptions(property) }] as const;
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** `format` says it; the library's pattern may change with any release. */
export function withoutChecks(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
