import { ResultAsJsonSchema, ResultSchema } from "@promptcall/core/contracts/answers";
import { BatchResultSchema } from "@promptcall/core/contracts/batch-answers";
import * as z from "zod/mini";
import type { ZodOpenApiPathsObject } from "zod-openapi";

const SignatureSchema = z.object({
  "webhook-id": z.string().check(z.describe("The same on every attempt: a repetition is known by it")),
  "webhook-timestamp": z.string().check(z.regex(/^\d+$/), z.describe("When it was signed, in Unix seconds")),
  "webhook-signature": z
    .string()
    .check(
      z.regex(/^v1,\S+( v1,\S+)*$/),
      z.describe("One for each secret, apart by spaces; any that is right will do"),
    ),
});

const RESPONSES = {
  "2XX": { description: "Taken." },
  410: { description: "No more attempts are wanted: it is parked." },
  default: { description: "Anything else, a redirect or 10 seconds of silence is tried again later." },
};

function resultOf({ signed, ...named }: { operationId: string; summary: string; signed: string }) {
  return {
    ...named,
    tags: ["results"],
    description: `Signed as Standard Webhooks has it, with the secret of the application. What is signed is ${signed}.`,
    security: [],
    responses: RESPONSES,
  };
}

/** What is sent to customers. */
export const WEBHOOKS: ZodOpenApiPathsObject = {
  callback: {
    post: {
      ...resultOf({
        operationId: "postResult",
        summary: "The one result of a call, as a form or as JSON",
        signed: "the body",
      }),
      requestParams: { header: SignatureSchema },
      requestBody: {
        required: true,
        content: {
          "application/x-www-form-urlencoded": { schema: ResultSchema },
          "application/json": { schema: ResultAsJsonSchema },
        },
      },
    },
    get: {
      ...resultOf({
        operationId: "getResult",
        summary: "The one result of a call, with `callback_method` GET",
        signed: "the query string, as it was sent",
      }),
      requestParams: { header: SignatureSchema, query: ResultSchema },
    },
  },
  batch_callback: {
    post: {
      ...resultOf({
        operationId: "postBatchResult",
        summary: "The counts of a batch that is over",
        signed: "the body",
      }),
      requestParams: { header: SignatureSchema },
      requestBody: { required: true, content: { "application/json": { schema: BatchResultSchema } } },
    },
  },
};
