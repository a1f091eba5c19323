import { z } from "@hono/zod-openapi";

const FieldErrorSchema = z.object({ field: z.string(), wrong: z.string(), expected: z.string() });
export const RowErrorsSchema = z.object({ index: z.int(), errors: z.array(FieldErrorSchema) });

const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(FieldErrorSchema).optional(),
  })
  .openapi("Problem");

export const failure = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ProblemSchema } },
});

export const byAddress = (kind: "call" | "batch") => ({
  params: z.object({ id: z.uuid() }),
  query: z.object({ token: z.string().meta({ description: `As it stands in the ${kind}'s status_url` }) }),
});

export const json = (description: string, schema: z.ZodType = z.record(z.string(), z.unknown())) => ({
  description,
  content: { "application/json": { schema } },
});

export const unknownAddress = { 404: failure("Nothing at this address, or without its token") };
