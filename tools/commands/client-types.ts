import { compile, type JSONSchema, type Options } from "json-schema-to-typescript";

interface Described {
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** What the client speaks of: the rest follows from these. */
const SHAPES = [
  "CallRequest",
  "CallOfBatch",
  "BatchRequest",
  "Accepted",
  "AcceptedBatch",
  "Estimate",
  "Call",
  "CallInBatch",
  "Batch",
  "CancelledBatch",
  "Application",
  "Replayed",
  "Result",
  "ResultAsJson",
  "BatchResult",
];

const headOf = (what: string, command: string) => `/**
 * ${what}: \`npm run ${command}\` writes this file.
 */`;

const OPTIONS: Partial<Options> = {
  additionalProperties: false,
  // A list of a thousand members would be as many types.
  ignoreMinAndMaxItems: true,
  style: { printWidth: 120 },
};

/** Holds the shapes together while they are compiled, and is nothing by itself. */
const ROOT = "Api";

/** The types of the client, of the same document that the api serves. */
export async function clientTypes({ components }: Described): Promise<string> {
  const root = {
    type: "object",
    properties: Object.fromEntries(SHAPES.map((name) => [name, { $ref: `#/components/schemas/${name}` }])),
    required: SHAPES,
    additionalProperties: false,
    components,
  };
  const bannerComment = headOf("The shapes of the api, as its OpenAPI document has them", "openapi");
  const written = await compile(root as JSONSchema, ROOT, { ...OPTIONS, bannerComment });
  return written.replace(/export interface Api \{[^}]*\}\n/, "");
}

/** The types of the events that the client hands on, of the schemas that are published. */
export async function clientEventTypes(schemas: readonly JSONSchema[]): Promise<string> {
  const head = headOf("The events on the bus, as their schemas have them", "events");
  const types = await Promise.all(
    schemas.map((schema) => compile(schema, schema.title ?? "", { ...OPTIONS, bannerComment: "" })),
  );
  return [head, ...types].join("\n");
}
