import { OpenAPIHono, z } from "@hono/zod-openapi";
import { CallRequestSchema } from "@promptcall/core/request";

const FieldErrorSchema = z.object({ field: z.string(), wrong: z.string(), expected: z.string() });

const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(FieldErrorSchema).optional(),
  })
  .openapi("Problem");

const RequestSchema = CallRequestSchema.extend({
  app_id: z.string().optional(),
  private_key: z.string().optional(),
}).openapi("CallRequest");

const failure = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ProblemSchema } },
});

const isHealthy = {
  200: {
    description: "Table, queues and bus answer",
    content: { "application/json": { schema: z.object({ result: z.literal("ok") }) } },
  },
  503: failure("Names what does not answer"),
};

/** The interface, described from the same schemas that requests are parsed with. */
export function openApiDocument() {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", bearerFormat: "JWT" });
  registry.registerPath({
    method: "post",
    path: "/call",
    summary: "Place a call that asks for a PIN",
    security: [{ bearer: [] }, {}],
    request: {
      body: {
        required: true,
        content: {
          "application/x-www-form-urlencoded": { schema: RequestSchema },
          "application/json": { schema: RequestSchema },
        },
      },
    },
    responses: {
      202: {
        description: "Accepted: one result will be sent to the callback",
        content: { "application/json": { schema: z.object({ tid: z.uuid() }) } },
      },
      400: failure("Names every wrong field"),
      401: failure("No credential, or one that cannot serve"),
      413: failure("More than 64 kB"),
      415: failure("Neither JSON nor a form"),
      503: failure("A part of the cloud did not answer; the call may not have been accepted"),
    },
  });
  registry.registerPath({ method: "get", path: "/setup", summary: "One-time set-up: a check", responses: isHealthy });
  registry.registerPath({ method: "get", path: "/health", summary: "The same check", responses: isHealthy });
  return getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Promptcall", version: "0.1.0" } });
}
