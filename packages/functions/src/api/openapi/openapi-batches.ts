import { PageSchema } from "@promptcall/core/contracts/answers";
import { BatchSchema, CancelledBatchSchema } from "@promptcall/core/contracts/batch-answers";
import * as z from "zod/mini";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { FORMATS } from "../status/get-results.ts";
import { PAGES } from "../status/results.ts";
import { BY_TOKEN_OR_JWT, CREDENTIAL_PROBLEMS, json, pathId, WAIT } from "./openapi-parts.ts";
import { problems } from "./openapi-problems.ts";

const { csv, json: pageOfJson } = PAGES;

const WhichPageSchema = z.object({
  format: z.optional(FORMATS).check(z.describe("`ndjson`, unless `Accept` names JSON or CSV")),
  limit: z
    .optional(z.int().check(z.minimum(1), z.maximum(csv.most)))
    .check(
      z.describe(`Calls in a page: ${csv.usual}; of JSON ${pageOfJson.usual}, and ${pageOfJson.most} at the most`),
    ),
  cursor: z.optional(z.string()).check(z.describe("As it stands in the `Link` of the page before")),
});

const CHANGE = {
  tags: ["batches"],
  security: BY_TOKEN_OR_JWT,
  requestParams: { path: pathId("batch") },
};
const UNKNOWN = ["not_found", "unavailable"] as const;

/** All that is at the address of a batch. */
export const BATCH_PATHS: ZodOpenApiPathsObject = {
  "/batch/{id}": {
    get: {
      operationId: "getBatch",
      tags: ["batches"],
      summary: "How many calls of a batch are in each state, and with each status",
      description: "A count may be a moment behind.",
      security: BY_TOKEN_OR_JWT,
      requestParams: { path: pathId("batch"), query: WAIT },
      responses: {
        200: json("Counts, and when the last call is expected to end", BatchSchema),
        ...problems(["invalid_request", ...CREDENTIAL_PROBLEMS, ...UNKNOWN]),
      },
    },
    delete: {
      ...CHANGE,
      operationId: "deleteBatch",
      summary: "Cancel what is queued of a batch; with its credential, hang up what is live",
      description: "Each call that is cancelled still gets its one result.",
      responses: {
        202: json(
          "At most one more second of it is dialed; one that was over already stays as it has ended",
          CancelledBatchSchema,
        ),
        ...problems([...CREDENTIAL_PROBLEMS, ...UNKNOWN]),
      },
    },
  },
  "/batch/{id}/results": {
    get: {
      operationId: "getBatchResults",
      tags: ["batches"],
      summary: "The calls of a batch, by priority and in the order of the request, in pages",
      description: "The pages of CSV put together are one file, and so are those of NDJSON.",
      security: BY_TOKEN_OR_JWT,
      requestParams: { path: pathId("batch"), query: WhichPageSchema },
      responses: {
        200: {
          description: "A page. The first one of CSV alone has the names of the columns.",
          headers: z.object({
            Link: z.optional(z.string()).check(z.describe('`<…>; rel="next"` while there are more')),
          }),
          content: {
            "application/json": { schema: PageSchema },
            "application/x-ndjson": { schema: z.string().check(z.describe("A `CallInBatch` in each line")) },
            "text/csv": { schema: z.string() },
          },
        },
        ...problems(["invalid_request", ...CREDENTIAL_PROBLEMS, ...UNKNOWN]),
      },
    },
  },
  "/batch/{id}/pause": {
    post: {
      ...CHANGE,
      operationId: "pauseBatch",
      summary: "Dial no more of a batch for now: at most one more second of it. It expires all the same",
      description: "What is live goes on.",
      responses: changed(),
    },
  },
  "/batch/{id}/resume": {
    post: {
      ...CHANGE,
      operationId: "resumeBatch",
      summary: "Go on with a batch that was paused",
      description: "One that is not paused goes on as it did.",
      responses: changed(),
    },
  },
};

function changed() {
  return {
    202: json("As it stands now", BatchSchema),
    ...problems([...CREDENTIAL_PROBLEMS, "batch_is_over", ...UNKNOWN]),
  };
}
