import { AcceptedSchema, CallSchema, CancelledCallSchema, HungUpCallSchema } from "@promptcall/core/contracts/answers";
import { AcceptedBatchSchema, EstimateSchema } from "@promptcall/core/contracts/batch-answers";
import * as z from "zod/mini";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { BatchRequestSchema, QuerySchema, RequestSchema } from "./openapi-fields.ts";
import { BY_JWT_OR_IN_BODY, BY_TOKEN_OR_JWT, CREDENTIAL_PROBLEMS, json, pathId, WAIT } from "./openapi-parts.ts";
import { problems } from "./openapi-problems.ts";

const ROWS = "A call in each line. What holds for all of them is in the query; the credential is a JWT.";

export const CALL_PATHS: ZodOpenApiPathsObject = {
  "/call": {
    post: {
      operationId: "postCall",
      tags: ["calls"],
      summary: "Place a call, or many",
      description:
        "Each call that the answer says is accepted ends in exactly one result. The credential is a JWT, or `app_id` and `private_key` in the body of a form or of JSON.",
      security: BY_JWT_OR_IN_BODY,
      requestParams: {
        query: QuerySchema,
        header: z.object({
          "Idempotency-Key": z
            .optional(z.string().check(z.minLength(1), z.maxLength(255)))
            .check(
              z.describe(
                "The same request within 24 hours gets the same answer, and calls nobody again. A batch without it has one from its content, for an hour",
              ),
            ),
        }),
      },
      requestBody: {
        required: true,
        content: {
          "application/x-www-form-urlencoded": { schema: RequestSchema },
          "application/json": { schema: z.union([RequestSchema, BatchRequestSchema]) },
          "text/csv": {
            schema: z
              .string()
              .check(z.describe(`${ROWS} The first line names the parameters, apart by commas, semicolons or tabs.`)),
          },
          "application/x-ndjson": {
            schema: z.string().check(z.describe(`${ROWS} The first line may be \`{"defaults": {…}}\`.`)),
          },
        },
      },
      responses: {
        200: json("Of a dry run: when the calls would be dialed, and what they may cost", EstimateSchema),
        202: {
          ...json(
            "Accepted: each call's one result will be sent to its callback, if it has one",
            z.union([AcceptedSchema, AcceptedBatchSchema]),
          ),
          headers: z.object({
            "Idempotent-Replayed": z.optional(z.literal("true")).check(z.describe("Of a request that was sent before")),
          }),
        },
        ...problems([
          "invalid_request",
          "invalid_json",
          "invalid_encoding",
          "invalid_csv",
          "empty_batch",
          "invalid_idempotency_key",
          "missing_credential",
          ...CREDENTIAL_PROBLEMS,
          "do_not_call",
          "destination_denied",
          "destination_not_allowed",
          "premium_destination",
          "satellite_destination",
          "price_too_high",
          "in_progress",
          "no_longer_dialed",
          "body_too_large",
          "unsupported_media_type",
          "idempotency_key_reused",
          "outside_local_time",
          "too_late",
          "too_many_batches",
          "destination_suspended",
          "destination_limit",
          "application_limit",
          "unavailable",
        ]),
      },
    },
  },
  "/call/{id}": {
    get: {
      operationId: "getCall",
      tags: ["calls"],
      summary: "How a call stands",
      description: "Of the digits, whether they matched, and never which they were.",
      security: BY_TOKEN_OR_JWT,
      requestParams: { path: pathId("call"), query: WAIT },
      responses: {
        200: json("State, attempts, times, price and deliveries", CallSchema),
        ...problems(["invalid_request", ...CREDENTIAL_PROBLEMS, "not_found", "unavailable"]),
      },
    },
    delete: {
      operationId: "deleteCall",
      tags: ["calls"],
      summary:
        "Cancel a call that is queued; with its credential, hang up one that is live; or forget one that is over",
      description: "A call that is cancelled still gets its one result. One that is over stays as it has ended.",
      security: BY_TOKEN_OR_JWT,
      requestParams: {
        path: pathId("call"),
        query: z.object({
          forget: z
            .optional(z.stringbool({ truthy: ["true"], falsy: ["false"] }))
            .check(
              z.describe(
                "Erases what a completed call says of a person: the number, of which the first and last two digits stay, the caller's number, the texts and the reference. How it ended stays. A result that is still to be delivered has the masked number",
              ),
            ),
        }),
      },
      responses: {
        200: json("The call is over", CancelledCallSchema),
        202: json("It was hung up", HungUpCallSchema),
        ...problems([
          ...CREDENTIAL_PROBLEMS,
          "not_found",
          "call_is_live",
          "not_completed",
          "invalid_request",
          "unavailable",
        ]),
      },
    },
  },
};
