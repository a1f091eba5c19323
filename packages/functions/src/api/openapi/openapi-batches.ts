import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { DETAILS, REASONS } from "@promptcall/core/contracts/reasons";
import { PAGES } from "../status/results.ts";
import { byAddress, failure, json, unknownAddress } from "./openapi-parts.ts";

const count = z.int().min(0);
const time = z.iso.datetime();

export const BatchStatusSchema = z
  .object({
    batch_id: z.uuid(),
    state: z.enum(["waiting", "running", "paused", "cancelled", "completed"]),
    count,
    accepted_at: time,
    first_dial_at: time.optional().meta({ description: "Left out while it is paused, like the next two" }),
    last_dial_at: time.optional(),
    estimated_end_at: time.optional().meta({ description: "Left out of one that is over, too" }),
    completed_at: time.optional().meta({ description: "When the last of its calls had its result" }),
    states: z.object({
      queued: count,
      live: count.meta({ description: "Dialed, and not over" }),
      completed: count,
    }),
    statuses: z.partialRecord(z.enum(["ok", "failed", "error"]), count).meta({ description: "Of completed calls" }),
    reasons: z
      .partialRecord(z.enum([...new Set([...REASONS, ...DETAILS])]), count)
      .meta({ description: "Of those with the status `error`" }),
    calls_per_second: z.number().optional().meta({ description: "What the carrier has agreed to" }),
    current_calls_per_second: z
      .number()
      .optional()
      .meta({ description: "Less for a while after the carrier had no room" }),
  })
  .openapi("Batch");

const { csv, json: pageOfJson } = PAGES;

const PageSchema = z.object({
  format: z
    .enum(["json", "ndjson", "csv"])
    .optional()
    .meta({ description: "`ndjson`, unless `Accept` names JSON or CSV" }),
  limit: z
    .int()
    .min(1)
    .max(csv.most)
    .optional()
    .meta({
      description: `Calls in a page: ${csv.usual}; of JSON ${pageOfJson.usual}, and ${pageOfJson.most} at the most`,
    }),
  cursor: z.string().optional().meta({ description: "As it stands in the `Link` of the page before" }),
});

const ResultsSchema = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  next_cursor: z.string().optional().meta({ description: "Left out of the last page" }),
});

const address = byAddress("batch");

/** All that is at the address of a batch. */
export function addBatchPaths(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerPath({
    method: "get",
    path: "/batch/{id}",
    summary: "How many calls of a batch are in each state, and with each status",
    request: byAddress("batch"),
    responses: { 200: json("Counts, and when the last call is expected to end", BatchStatusSchema), ...unknownAddress },
  });
  registry.registerPath({
    method: "get",
    path: "/batch/{id}/results",
    summary: "The calls of a batch, in the order of the request, in pages",
    request: { params: address.params, query: address.query.extend(PageSchema.shape) },
    responses: {
      200: {
        description: "A page. The first one of CSV alone has the names of the columns.",
        headers: z.object({
          Link: z.string().optional().meta({ description: '`<…>; rel="next"` while there are more' }),
        }),
        content: {
          "application/json": { schema: ResultsSchema },
          "application/x-ndjson": { schema: z.string() },
          "text/csv": { schema: z.string() },
        },
      },
      400: failure("Names every wrong parameter"),
      ...unknownAddress,
    },
  });
  registry.registerPath({
    method: "delete",
    path: "/batch/{id}",
    summary: "Cancel what is queued of a batch; with its credential, hang up what is live",
    security: [{ bearer: [] }, {}],
    request: byAddress("batch"),
    responses: {
      202: json(
        "At most one more second of it is dialed; one that was over already stays as it has ended",
        BatchStatusSchema.extend({ cancelling: z.int().meta({ description: "Calls that are looked at" }) }),
      ),
      ...unknownAddress,
    },
  });
  for (const [path, summary] of [
    ["/batch/{id}/pause", "Dial no more of a batch for now: at most one more second of it. It expires all the same"],
    ["/batch/{id}/resume", "Go on with a batch that was paused"],
  ] as const)
    registry.registerPath({
      method: "post",
      path,
      summary,
      request: byAddress("batch"),
      responses: {
        202: json("As it stands now", BatchStatusSchema),
        409: failure("`batch_is_over`: all of it was dialed, or has ended"),
        ...unknownAddress,
      },
    });
}
