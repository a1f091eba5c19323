import { CallRequestSchema, RequestOptionsSchema } from "@promptcall/core/contracts/request";
import { LANGUAGES, voicesOf } from "@promptcall/core/contracts/voices";
import { PROBLEM_CODES } from "@promptcall/functions/http/problem-codes";
import * as z from "zod/mini";

/** Of a JSON Schema, what the page says. */
interface Schema {
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, { description?: string | undefined; default?: unknown }>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly allOf?: readonly Schema[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}
const PropertySchema = z.object({ description: z.optional(z.string()), default: z.optional(z.unknown()) });
const PartSchema: z.ZodMiniType<Schema> = z.object({
  $ref: z.optional(z.string()),
  properties: z.optional(z.record(z.string(), PropertySchema)),
  required: z.optional(z.array(z.string())),
  allOf: z.optional(z.array(z.lazy(() => PartSchema))),
  anyOf: z.optional(z.array(z.lazy(() => PartSchema))),
  oneOf: z.optional(z.array(z.lazy(() => PartSchema))),
});

const Operation = z.object({
  summary: z.string(),
  responses: z.record(z.string(), z.unknown()),
  requestBody: z.optional(z.object({ content: z.record(z.string(), z.object({ schema: PartSchema })) })),
});

/** What the page is made of, whoever has made the document. */
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), PartSchema) }),
});
type Document = z.infer<typeof Document>;

/** `docs/api.md` with its tables made anew from the OpenAPI document, the schemas and the catalogue of problems. */
export function apiPage({ page, document }: { page: string; document: unknown }): string {
  const parsed = Document.parse(document);
  const blocks = { requests: requests(parsed), parameters: parameters(parsed), voices, problems };
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const place = new RegExp(`(?<=<!-- ${name} -->\n).*(?=<!-- end of ${name} -->)`, "s");
    if (!place.test(text)) throw new TypeError(`docs/api.md has no place for ${name}`);
    return text.replace(place, () => block);
  }, page);
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [columns, columns.map(() => "---"), ...rows].map(line).join("");
}

function requests({ paths }: Document): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary, responses }]) => [
      `\`${method.toUpperCase()} ${path}\``,
      summary,
      Object.keys(responses).join(", "),
    ]),
  );
  return table(["request", "what it does", "answers"], rows);
}

const SHAPE = { ...CallRequestSchema.shape, ...RequestOptionsSchema.shape };

function parameters({ paths, components }: Document): string {
  const form = paths["/call"]?.post?.requestBody?.content["application/x-www-form-urlencoded"]?.schema;
  if (form === undefined) throw new TypeError("the document says nothing of the form of a call");
  const parts = partsOf(form, components);
  const described = Object.fromEntries(parts.flatMap(({ properties = {} }) => Object.entries(properties)));
  const required = new Set(parts.flatMap(({ required = [] }) => required));
  const rows = Object.entries(SHAPE).map(([name, schema]) => {
    const { description = "", default: otherwise } = described[name] ?? {};
    const fallback = required.has(name) ? "_required_" : otherwise === undefined ? "" : `\`${otherwise}\``;
    return [`\`${name}\``, expectedBy(schema), fallback, description];
  });
  return table(["parameter", "value", "default", "what it is"], rows);
}

/** A schema with all that it is put together from. */
function partsOf(schema: Schema, { schemas }: Document["components"]): readonly Schema[] {
  const referred = schema.$ref === undefined ? undefined : schemas[schema.$ref.split("/").at(-1) ?? ""];
  const { allOf = [], anyOf = [], oneOf = [] } = schema;
  const parts = [...(referred ? [referred] : []), ...allOf, ...anyOf, ...oneOf];
  return [schema, ...parts.flatMap((part) => partsOf(part, { schemas }))];
}

/** In the words of the error that a wrong value gets. */
function expectedBy(schema: z.core.$ZodType): string {
  const [issue] = z.safeParse(schema, {}).error?.issues ?? [];
  return (issue?.message ?? "").replace(/^(expected|must be) /, "");
}

const voices = table(
  ["language", "female", "male", "premium", "no SSML"],
  LANGUAGES.map((language) => {
    const listed = voicesOf(language);
    const styles = (those: typeof listed) => those.map(({ style }) => style).join(" ");
    return [
      `\`${language}\``,
      styles(listed.filter(({ gender }) => gender === "female")),
      styles(listed.filter(({ gender }) => gender === "male")),
      styles(listed.filter(({ isPremium }) => isPremium)),
      styles(listed.filter(({ takesSsml }) => !takesSsml)),
    ];
  }),
);

const problems = table(
  ["code", "status", "when"],
  Object.entries(PROBLEM_CODES).map(([code, { status, when }]) => [`\`${code}\``, String(status), when]),
);
