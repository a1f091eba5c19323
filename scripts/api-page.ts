import { CallRequestSchema, TimingSchema } from "@promptcall/core/request";
import { PROBLEM_CODES } from "@promptcall/functions/problem-codes";
import * as z from "zod/mini";

const Property = z.object({ description: z._default(z.string(), ""), default: z.optional(z.unknown()) });
const Operation = z.object({ summary: z.string(), responses: z.record(z.string(), z.unknown()) });

/** What the page is made of, whoever has made the document. */
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    schemas: z.object({
      CallRequest: z.object({ properties: z.record(z.string(), Property), required: z.array(z.string()) }),
    }),
  }),
});

/** `docs/api.md` with its tables made anew from the OpenAPI document, the schemas and the catalogue of problems. */
export function apiPage({ page, document }: { page: string; document: unknown }): string {
  const { paths, components } = Document.parse(document);
  const blocks = { requests: requests(paths), parameters: parameters(components.schemas.CallRequest), problems };
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

function requests(paths: z.infer<typeof Document>["paths"]): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary, responses }]) => [
      `\`${method.toUpperCase()} ${path}\``,
      summary,
      Object.keys(responses).join(", "),
    ]),
  );
  return table(["request", "what it does", "answers"], rows);
}

const SHAPE = { ...CallRequestSchema.shape, ...TimingSchema.shape };

function parameters({
  properties,
  required,
}: z.infer<typeof Document>["components"]["schemas"]["CallRequest"]): string {
  const rows = Object.entries(SHAPE).map(([name, schema]) => {
    const { description = "", default: otherwise } = properties[name] ?? {};
    const fallback = required.includes(name) ? "_required_" : otherwise === undefined ? "" : `\`${otherwise}\``;
    return [`\`${name}\``, expectedBy(schema), fallback, description];
  });
  return table(["parameter", "value", "default", "what it is"], rows);
}

/** In the words of the error that a wrong value gets. */
function expectedBy(schema: z.core.$ZodType): string {
  const [issue] = z.safeParse(schema, {}).error?.issues ?? [];
  return (issue?.message ?? "").replace(/^(expected|must be) /, "");
}

const problems = table(
  ["code", "status", "when"],
  Object.entries(PROBLEM_CODES).map(([code, { status, when }]) => [`\`${code}\``, String(status), when]),
);
