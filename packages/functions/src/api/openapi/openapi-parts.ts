import * as z from "zod/mini";
import type { ProblemCode } from "../../http/problem-codes.ts";
import { LONGEST_WAIT_SECONDS } from "../status/wait.ts";

export const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A JWT of the Vonage application that places the calls.",
  },
  statusToken: {
    type: "apiKey",
    in: "query",
    name: "token",
    description: "As it stands in the `status_url` of the call or the batch.",
  },
  apiKey: {
    type: "apiKey",
    in: "header",
    name: "x-api-key",
    description: "Where the deployment asks for one, each request has to bring it.",
  },
} as const;

type Security = Partial<Record<keyof typeof SECURITY_SCHEMES, string[]>>[];

/** The same where the deployment asks for an API key besides. */
const perhapsWithApiKey = (security: Security): Security => [
  ...security,
  ...security.map((one) => ({ ...one, apiKey: [] })),
];

/** Either is enough; the JWT also hangs up what is live. */
export const BY_TOKEN_OR_JWT = perhapsWithApiKey([
  { statusToken: [] },
  { bearer: [] },
  { statusToken: [], bearer: [] },
]);
export const BY_JWT = perhapsWithApiKey([{ bearer: [] }]);
/** OpenAPI has no scheme for a credential in the body. */
export const BY_JWT_OR_IN_BODY = perhapsWithApiKey([{ bearer: [] }, {}]);

export const CREDENTIAL_IN_BODY = {
  app_id: z.optional(z.string()).check(z.describe("Id of a Vonage application, where there is no JWT")),
  private_key: z.optional(z.string()).check(z.describe("Its RSA key, as PEM; used for this request only")),
};

/** Of a credential, or an API key, that is no use. */
export const CREDENTIAL_PROBLEMS = [
  "invalid_api_key",
  "invalid_authorization",
  "not_a_jwt",
  "jwt_without_application",
  "jwt_not_rs256",
  "jwt_without_jti",
  "invalid_jwt_times",
  "jwt_expired",
  "credential_rejected",
  "too_many_new_credentials",
  "credential_not_checked",
] as const satisfies readonly ProblemCode[];

export const pathId = (kind: "call" | "batch") =>
  z.object({ id: z.uuid().check(z.describe(kind === "call" ? "The call's `tid`" : "The `batch_id`")) });

/** Of what may be waited for. */
export const WAIT = z.object({
  wait: z
    .optional(z.int().check(z.minimum(0), z.maximum(LONGEST_WAIT_SECONDS)))
    .check(
      z.describe("Answers as soon as it is over, or after so many seconds with how it stands. At once where many wait"),
    ),
});

export const json = (description: string, schema: z.core.$ZodType) => ({
  description,
  content: { "application/json": { schema } },
});
