import { OpenAPIHono, z } from "@hono/zod-openapi";
import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import {
  type CallRequest,
  CallRequestSchema,
  callbackUrl,
  type Timing,
  TimingSchema,
} from "@promptcall/core/contracts/request";
import { addBatchPaths } from "./openapi-batches.ts";
import { byAddress, failure, json, RowErrorsSchema, unknownAddress } from "./openapi-parts.ts";

/** Descriptions and examples that the schemas lack. */
const DESCRIBED: Record<keyof CallRequest | keyof Timing, { description: string; example?: string }> = {
  to: { description: "Number to call", example: "447700900000" },
  from: { description: "Caller ID, a number of the account", example: "447700900999" },
  text: { description: "The prompt" },
  pin_code: { description: "The PIN to expect", example: "1234" },
  callback: { description: "Where the result is sent" },
  callback_method: { description: "How the result is sent" },
  bye_text: { description: "Said after the right PIN" },
  failed_text: { description: "Said after a wrong PIN with tries left" },
  machine_detection: {
    description: "Whether the carrier looks for answering machines, and what becomes of a call that one takes",
  },
  reference: { description: "Your own name for the call, which comes back in the result" },
  expires_in: { description: "A call that was not dialed after so many seconds is not dialed any more" },
  send_at: { description: "Not dialed before this time; `expires_in` counts from it" },
};

/** Of the classic kind, since the document can be made of no other; requests are parsed with the kind that is small. */
function described<Shape extends Partial<Record<keyof typeof DESCRIBED, z.core.$ZodType>>>(shape: Shape) {
  const fields = Object.entries(shape) as [keyof typeof DESCRIBED & keyof Shape, z.core.$ZodType][];
  return z.object(
    Object.fromEntries(fields.map(([name, schema]) => [name, classic(schema).meta(DESCRIBED[name])])) as Record<
      keyof Shape,
      z.ZodType
    >,
  );
}

function classic(schema: z.core.$ZodType): z.ZodType {
  const { def, constr } = schema._zod;
  const kinds = z as unknown as Record<string, new (def: object) => z.ZodType>;
  const Kind = kinds[constr.name.replace("Mini", "")];
  if (Kind === undefined) throw new TypeError(`there is no classic ${constr.name}`);
  const parts = Object.entries(def).map(([name, part]) => [
    name,
    Array.isArray(part) ? part.map(inClassic) : inClassic(part),
  ]);
  return new Kind(Object.fromEntries(parts));
}

const inClassic = (part: unknown) => (part instanceof z.core.$ZodType ? classic(part) : part);

const CallSchema = described(CallRequestSchema.shape);
const TimesSchema = described(TimingSchema.shape);
const credential = { app_id: z.string().optional(), private_key: z.string().optional() };

const RequestSchema = CallSchema.extend({ ...TimesSchema.shape, ...credential }).openapi("CallRequest");

const BatchSchema = z
  .object({
    defaults: CallSchema.partial().optional(),
    calls: z.array(CallSchema.partial()).min(1).max(MOST_CALLS_OF_BATCH),
    atomic: z.boolean().default(false).meta({ description: "All of the calls, or none" }),
    batch_callback: classic(callbackUrl())
      .optional()
      .meta({ description: "Where the counts of the whole batch are posted, as JSON, when it is over" }),
    unique_references: z.boolean().default(false).meta({ description: "Every call has a reference of its own" }),
    ...TimesSchema.shape,
    ...credential,
  })
  .openapi("BatchRequest");

const AcceptedSchema = z.object({ tid: z.uuid(), status_url: z.url() }).openapi("Accepted");

const AcceptedBatchSchema = z
  .object({
    batch_id: z.uuid(),
    accepted: z.array(
      z.object({
        index: z.int(),
        tid: z.uuid(),
        to: z.string(),
        repeated_to: z.literal(true).optional(),
        reference: z.string().optional(),
      }),
    ),
    count: z.int().meta({ description: "Of those accepted, all of which are listed" }),
    rejected: z.array(RowErrorsSchema).max(100).meta({ description: "The first 100 of them" }),
    rejected_count: z.int(),
    first_dial_at: z.iso.datetime(),
    last_dial_at: z.iso.datetime(),
    status_url: z.url(),
  })
  .openapi("AcceptedBatch");

const isHealthy = {
  200: {
    description: "Table, queues and bus answer",
    content: { "application/json": { schema: z.object({ result: z.literal("ok") }) } },
  },
  503: failure("Names what does not answer"),
};

/** The OpenAPI document, made from the schemas that parse requests. */
export function openApiDocument() {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", bearerFormat: "JWT" });
  registry.registerPath({
    method: "post",
    path: "/call",
    summary: "Place a call that asks for a PIN, or many",
    security: [{ bearer: [] }, {}],
    request: {
      headers: z.object({ "Idempotency-Key": z.string().min(1).max(255).optional() }),
      body: {
        required: true,
        content: {
          "application/x-www-form-urlencoded": { schema: RequestSchema },
          "application/json": { schema: z.union([RequestSchema, BatchSchema]) },
          "text/csv": { schema: z.string() },
          "application/x-ndjson": { schema: z.string() },
        },
      },
    },
    responses: {
      202: json(
        "Accepted: each call's one result will be sent to its callback",
        z.union([AcceptedSchema, AcceptedBatchSchema]),
      ),
      400: failure("Names every wrong field; of a batch, in every row"),
      401: failure("No credential, or one that cannot serve"),
      409: failure("The request with this Idempotency-Key is being carried out"),
      413: failure("More than 64 kB for one call, 10,000 calls, or 4.5 MB"),
      415: failure("None of these media types"),
      422: failure("The Idempotency-Key came with another request"),
      429: failure(
        "Not all of it would be dialed in time, with the numbers that would do; or `too_many_batches` under way, with `Retry-After`",
      ),
      503: failure("A part of the cloud did not answer; the call may not have been accepted"),
    },
  });
  registry.registerPath({
    method: "get",
    path: "/call/{id}",
    summary: "How a call stands",
    request: byAddress("call"),
    responses: { 200: json("State, attempts, times, price and deliveries"), ...unknownAddress },
  });
  registry.registerPath({
    method: "delete",
    path: "/call/{id}",
    summary: "Cancel a call that is queued; with its credential, hang up one that is live",
    security: [{ bearer: [] }, {}],
    request: byAddress("call"),
    responses: {
      200: json("The call is over"),
      202: json("It was hung up"),
      409: failure("It is live, and there is no credential"),
      ...unknownAddress,
    },
  });
  addBatchPaths(registry);
  registry.registerPath({ method: "get", path: "/setup", summary: "One-time set-up: a check", responses: isHealthy });
  registry.registerPath({ method: "get", path: "/health", summary: "The same check", responses: isHealthy });
  return getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Promptcall", version: "0.1.0" } });
}
