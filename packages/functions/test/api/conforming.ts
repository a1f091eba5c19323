import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import document from "../../src/api/openapi/openapi.json" with { type: "json" };

interface Response {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: object }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
}
type PathItem = Readonly<Record<string, Operation>>;

const paths: Readonly<Record<string, PathItem>> = document.paths;
const responses: Readonly<Record<string, Response>> = document.components.responses;

/** Every operation, and the statuses that it answers with. */
export const OPERATIONS = Object.values(paths).flatMap((item) =>
  Object.values(item).map(({ operationId, responses }) => ({ operationId, statuses: Object.keys(responses) })),
);

/** What a client may not find: a field that the document does not name is a fault in a test. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  const isClosed = typeof parts.properties === "object" && !("additionalProperties" in parts);
  return isClosed ? { ...parts, additionalProperties: false } : parts;
}

const DOCUMENT = "https://promptcall.example/openapi";
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: DOCUMENT, components: closed(document.components) });

const validators = new Map<string, ValidateFunction>();

/** Made once: a test asks thousands of times. */
function validatorOf(written: string): ValidateFunction {
  const known = validators.get(written);
  if (known !== undefined) return known;
  const made = ajv.compile(JSON.parse(written));
  validators.set(written, made);
  return made;
}

/** Throws where the value is not what a schema of the document says. */
export function expectSchema(value: unknown, { schema, what }: { schema: object; what: string }): void {
  const written = JSON.stringify(closed(schema)).replaceAll('"#/components/', `"${DOCUMENT}#/components/`);
  const validate = validatorOf(written);
  expect(validate(value) ? [] : validate.errors, what).toEqual([]);
}

function operationAt(method: string, path: string): Operation | undefined {
  const [, item] =
    Object.entries(paths).find(([template]) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`).test(path),
    ) ?? [];
  return item?.[method.toLowerCase()];
}

/** The operation that answered, unless there is none: the answer has to be one that the document says it gives. */
export async function expectConforming(
  { method, path }: { method: string; path: string },
  answer: globalThis.Response,
): Promise<string | undefined> {
  const operation = operationAt(method, path);
  if (operation === undefined) return undefined;
  const what = `${operation.operationId} ${answer.status}`;
  const said = operation.responses[answer.status] ?? expect.fail(`${what} is not in the document`);
  const { headers = {}, content = {} } = "$ref" in said ? (responses[said.$ref.split("/").at(-1) ?? ""] ?? {}) : said;
  for (const [name, { required = false, schema }] of Object.entries(headers)) {
    const value = answer.headers.get(name);
    // A header is text.
    const given = value !== null && isInteger(schema) ? Number(value) : value;
    if (value !== null || required) expectSchema(given, { schema, what: `${what}, ${name}` });
  }
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const { schema } = content[type] ?? expect.fail(`${what} as ${type} is not in the document`);
  for (const value of valuesOf(await answer.text(), type))
    expectSchema(value, { schema: schemaOfEach(schema, type), what });
  return what;
}

const isInteger = (schema: object) => "type" in schema && schema.type === "integer";

function valuesOf(text: string, type: string): readonly unknown[] {
  if (type === "application/x-ndjson")
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  return [/^application\/(.+\+)?json$/.test(type) ? JSON.parse(text) : text];
}

/** OpenAPI 3.1 has no schema for a line: the description of such an answer names it. */
const schemaOfEach = (schema: object, type: string) =>
  type === "application/x-ndjson" ? { $ref: "#/components/schemas/CallInBatch" } : schema;
