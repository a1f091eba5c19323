import { FieldErrorSchema } from "@promptcall/core/contracts/answer-fields";
import { HungUpCallSchema } from "@promptcall/core/contracts/answers";
import { RejectedRowSchema } from "@promptcall/core/contracts/batch-answers";
import * as z from "zod/mini";
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { problemType } from "../../http/problem.ts";
import { PROBLEM_CODES, type ProblemCode } from "../../http/problem-codes.ts";

const time = z.iso.datetime();

/** Of a call, or of calls in a batch. */
const rejected = {
  errors: z.optional(z.array(FieldErrorSchema)),
  rejected: z.optional(z.array(RejectedRowSchema).check(z.maxLength(100))),
  rejected_count: z.optional(z.int()),
};

/** What some problems say under names of their own. */
const MORE: Partial<Record<ProblemCode, z.core.$ZodShape>> = {
  invalid_request: rejected,
  do_not_call: rejected,
  destination_denied: rejected,
  destination_not_allowed: rejected,
  premium_destination: rejected,
  satellite_destination: rejected,
  destination_suspended: rejected,
  destination_limit: rejected,
  outside_local_time: rejected,
  application_limit: { calls_per_day: z.int(), calls_left: z.int() },
  price_too_high: { price: z.string(), max_price: z.string(), currency: z.string() },
  call_is_live: { state: HungUpCallSchema.shape.state },
  not_completed: { state: HungUpCallSchema.shape.state },
  too_late: {
    calls_per_second: z.number(),
    first_dial_at: time,
    last_dial_at: time,
    expires_in_needed: z.number(),
    calls_that_fit: z.int(),
  },
};

type Header = "Accept" | "Retry-After" | "WWW-Authenticate";

const HEADERS: Partial<Record<ProblemCode, Header>> = {
  missing_credential: "WWW-Authenticate",
  invalid_authorization: "WWW-Authenticate",
  not_a_jwt: "WWW-Authenticate",
  jwt_without_application: "WWW-Authenticate",
  jwt_not_rs256: "WWW-Authenticate",
  jwt_without_jti: "WWW-Authenticate",
  invalid_jwt_times: "WWW-Authenticate",
  jwt_expired: "WWW-Authenticate",
  credential_rejected: "WWW-Authenticate",
  in_progress: "Retry-After",
  unsupported_media_type: "Accept",
  too_late: "Retry-After",
  too_many_batches: "Retry-After",
  too_many_new_credentials: "Retry-After",
  credential_not_checked: "Retry-After",
  destination_suspended: "Retry-After",
  destination_limit: "Retry-After",
  application_limit: "Retry-After",
  unavailable: "Retry-After",
};

/** `too_late` to `TooLateProblem`. */
const nameOf = (code: ProblemCode) =>
  `${code.replace(/(?:^|_)(.)/g, (_, first: string) => first.toUpperCase())}Problem`;

const schemaOf = (code: ProblemCode) =>
  z
    .object({
      type: z.literal(problemType(code)),
      title: z.string(),
      status: z.literal(PROBLEM_CODES[code].status),
      detail: z.string().check(z.describe("What is wrong, and how to mend it")),
      ...MORE[code],
      request_id: z.optional(z.string()).check(z.describe("As in `x-request-id`: it finds the request in the logs")),
    })
    .register(z.globalRegistry, { id: nameOf(code), description: PROBLEM_CODES[code].when });

const SCHEMAS = Object.fromEntries(
  Object.keys(PROBLEM_CODES).map((code) => [code, schemaOf(code as ProblemCode)]),
) as Record<ProblemCode, ReturnType<typeof schemaOf>>;

/** The answers of an operation that are problems, by status: each `type` that it may have. */
export function problems(codes: readonly ProblemCode[]): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(codes, (code) => PROBLEM_CODES[code].status);
  return Object.fromEntries([...byStatus].map(([status, group]) => [status, responseOf(group)]));
}

const SINGLE = new Map<ProblemCode, ZodOpenApiResponseObject>();

/** One that is made of a single problem is the same wherever it is answered, and so has a name. */
function responseOf([first, ...others]: readonly ProblemCode[]): ZodOpenApiResponseObject {
  if (first === undefined) throw new TypeError("there is no problem");
  if (others.length > 0) {
    const codes = [first, ...others];
    const description = `One of ${codes.map((code) => `\`${code}\``).join(", ")}`;
    const schemas = [SCHEMAS[first], ...others.map((code) => SCHEMAS[code])] as const;
    return { description, ...headersOf(codes), ...content(z.discriminatedUnion("type", schemas)) };
  }
  const known = SINGLE.get(first);
  if (known !== undefined) return known;
  const description = PROBLEM_CODES[first].when;
  const made = { id: nameOf(first), description, ...headersOf([first]), ...content(SCHEMAS[first]) };
  SINGLE.set(first, made);
  return made;
}

const content = (schema: z.core.$ZodType) => ({ content: { "application/problem+json": { schema } } });

/** A header that not all of them have is not promised. */
function headersOf(codes: readonly ProblemCode[]) {
  const names = new Set(codes.flatMap((code) => HEADERS[code] ?? []));
  if (names.size === 0) return {};
  const one = (name: Header) => {
    const schema = name === "Retry-After" ? z.int().check(z.describe("In seconds")) : z.string();
    return codes.every((code) => HEADERS[code] === name) ? schema : z.optional(schema);
  };
  return { headers: z.object(Object.fromEntries([...names].map((name) => [name, one(name)]))) };
}
