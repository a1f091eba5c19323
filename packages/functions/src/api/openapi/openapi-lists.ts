import { CallPageSchema, CallSchema, ReplayedSchema } from "@promptcall/core/contracts/answers";
import { ApplicationSchema } from "@promptcall/core/contracts/application-answer";
import { BatchPageSchema, BatchSchema } from "@promptcall/core/contracts/batch-answers";
import { MOST_PUBLIC_KEYS } from "@promptcall/core/security/public-key";
import * as z from "zod/mini";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { MOST_NUMBERS } from "../application/read-change.ts";
import { MOST_VALUES, PAGE } from "../lists/list-query.ts";
import {
  BY_JWT,
  BY_JWT_OR_IN_BODY,
  BY_TOKEN_OR_JWT,
  CREDENTIAL_IN_BODY,
  CREDENTIAL_PROBLEMS,
  json,
  pathId,
} from "./openapi-parts.ts";
import { problems } from "./openapi-problems.ts";

const said = <Schema extends z.ZodMiniType>(schema: Schema, description: string) =>
  z.optional(schema).check(z.describe(description));
const words = (description: string) => said(z.string(), `${description}: one, or up to ${MOST_VALUES} with commas`);
/** In JSON a list, and in a form the same field several times, does just as well. */
const inBody = (fields: Readonly<Record<string, ReturnType<typeof words>>>) =>
  Object.fromEntries(
    Object.keys(fields).map((name) => [
      name,
      z.optional(z.union([z.string(), z.array(z.string()).check(z.maxLength(MOST_VALUES))])),
    ]),
  );

const page = {
  since: said(z.iso.datetime(), "Accepted at this time or later"),
  until: said(z.iso.datetime(), "Accepted before this time"),
  limit: said(z.int().check(z.minimum(1), z.maximum(PAGE.most)), `${PAGE.usual} where it is not said`),
  cursor: said(z.string(), "The `next_cursor` of the page before, with the same filters"),
};
const OF_CALLS = {
  state: words(`Of ${CallSchema.shape.state.options.join(", ")}`),
  status: words("Of ok, failed, error"),
  reason: words("As results have them"),
  reference: words("Your own names"),
  to: words("Numbers; how they are written does not matter"),
  batch_id: words("Batches"),
};
const link = {
  headers: z.object({ Link: z.optional(z.string()).check(z.describe('`<…>; rel="next"` while there are more')) }),
};
const OF_PARKED = { ...OF_CALLS, receiver: words("Names of the hosts that results go to") };
const REPLAY = z
  .object({ ...CREDENTIAL_IN_BODY, ...inBody(OF_PARKED), ...page })
  .register(z.globalRegistry, { id: "ReplayRequest" });
const OF_BODIES = ["invalid_json", "invalid_encoding", "body_too_large", "unsupported_media_type"] as const;
const UNKNOWN = ["invalid_request", "missing_credential", ...CREDENTIAL_PROBLEMS, "unavailable"] as const;

/** Lists, and what is known of the application that asks. */
export const LIST_PATHS: ZodOpenApiPathsObject = {
  "/calls": {
    get: {
      operationId: "listCalls",
      tags: ["calls"],
      summary: "The calls of the application, the newest first",
      description:
        "Those of a batch are among them, the last of the request first. A page looks at a limited number of calls: it may be short, and still have a `next_cursor`.",
      security: BY_JWT,
      requestParams: {
        query: z.object({ ...OF_CALLS, callback_state: words("Of none, pending, delivered, parked"), ...page }),
      },
      responses: { 200: { ...json("A page", CallPageSchema), ...link }, ...problems(UNKNOWN) },
    },
  },
  "/calls/replay": {
    post: {
      operationId: "replayCalls",
      tags: ["calls"],
      summary: "Deliver parked results again",
      description:
        "Those of the calls that one page looks at. While there is a `next_cursor`, send it again with that as `cursor`.",
      security: BY_JWT_OR_IN_BODY,
      requestParams: {
        query: z.object({ ...OF_PARKED, ...page }),
      },
      requestBody: {
        description: "The same parameters, which hold before those of the query",
        content: {
          "application/json": { schema: REPLAY },
          "application/x-www-form-urlencoded": { schema: REPLAY },
        },
      },
      responses: {
        202: json("They are sent again, each under the same `webhook-id`", ReplayedSchema),
        ...problems([...UNKNOWN, ...OF_BODIES]),
      },
    },
  },
  "/call/{id}/replay": {
    post: {
      operationId: "replayCall",
      tags: ["calls"],
      summary: "Deliver a result again",
      description: "One that was parked, or was delivered before; under the same `webhook-id`.",
      security: BY_TOKEN_OR_JWT,
      requestParams: { path: pathId("call") },
      responses: {
        202: json("It is sent again", ReplayedSchema),
        ...problems([
          ...CREDENTIAL_PROBLEMS,
          "not_found",
          "result_is_pending",
          "result_is_erased",
          "no_callback",
          "unavailable",
        ]),
      },
    },
  },
  "/batches": {
    get: {
      operationId: "listBatches",
      tags: ["batches"],
      summary: "The batches of the application, the newest first",
      description: "Not more than 25 are counted for a page: it may be short, and still have a `next_cursor`.",
      security: BY_JWT,
      requestParams: {
        query: z.object({ state: words(`Of ${BatchSchema.shape.state.options.join(", ")}`), ...page }),
      },
      responses: { 200: { ...json("A page", BatchPageSchema), ...link }, ...problems(UNKNOWN) },
    },
  },
  "/application": {
    get: {
      operationId: "getApplication",
      tags: ["service"],
      summary: "What is known of the application that asks",
      description: "And how its newest calls stand.",
      security: BY_JWT,
      responses: {
        200: json("What is known", ApplicationSchema),
        ...problems(["missing_credential", ...CREDENTIAL_PROBLEMS, "unavailable"]),
      },
    },
    put: {
      operationId: "putApplication",
      tags: ["service"],
      summary: "Set the public keys, the callback hosts and the numbers not to call of the application",
      description:
        "What is not named stays as it is. Once a public key is registered, credentials are judged by the registered ones alone; but here one that the carrier takes counts as well, unless the operator has registered the keys.",
      security: BY_JWT_OR_IN_BODY,
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: z.object({
              public_keys: said(
                z.array(z.string()).check(z.maxLength(MOST_PUBLIC_KEYS)),
                "RSA keys of 2048 to 4096 bits, as PEM",
              ),
              callback_hosts: said(
                z.array(z.string()),
                "Where results may go: names of hosts, alone or with a port; anywhere where the list is empty",
              ),
              do_not_call: said(
                z.array(z.string()).check(z.maxLength(MOST_NUMBERS)),
                "Numbers that are not called: a request for one is refused",
              ),
              ...CREDENTIAL_IN_BODY,
            }),
          },
        },
      },
      responses: {
        200: json("What is known now", ApplicationSchema),
        ...problems([...UNKNOWN, ...OF_BODIES, "operators_only"]),
      },
    },
  },
};
