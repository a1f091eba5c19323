/** Every problem code of the api, with its status and meaning. `docs/api.md` is made from them. */
export const PROBLEM_CODES = {
  invalid_request: {
    status: 400,
    when: "A field is wrong. `errors` names each one; of a batch, `rejected` names the rows.",
  },
  invalid_json: { status: 400, when: "The body is not JSON, or not an object." },
  invalid_encoding: {
    status: 400,
    when: "The body is not text in the encoding that it declares (UTF-8 without one), or an escape does not decode.",
  },
  invalid_csv: { status: 400, when: "The body is not CSV with a header row." },
  empty_batch: { status: 400, when: "The batch has no calls." },
  invalid_idempotency_key: {
    status: 400,
    when: "The `Idempotency-Key` is empty, too long, or not the same in each of its headers.",
  },
  missing_credential: { status: 401, when: "There is neither a JWT nor `app_id` and `private_key`." },
  invalid_authorization: { status: 401, when: "The `Authorization` header is not `Bearer <JWT>`." },
  not_a_jwt: { status: 401, when: "The bearer token is not a JWT." },
  jwt_without_application: { status: 401, when: "The JWT has no `application_id`." },
  jwt_not_rs256: { status: 401, when: "The JWT is signed with another algorithm than RS256." },
  jwt_without_jti: { status: 401, when: "The JWT has no `jti`." },
  invalid_jwt_times: {
    status: 401,
    when: "`iat` or `exp` of the JWT is missing, no number, in milliseconds, or they are more than 24 hours apart.",
  },
  jwt_expired: { status: 401, when: "The JWT has expired." },
  credential_rejected: {
    status: 401,
    when: "The credential was not made with the private key of the application, by its registered public key or by the carrier.",
  },
  invalid_api_key: {
    status: 401,
    when: "This deployment asks for an API key in `x-api-key`, and this is none of its.",
  },
  do_not_call: {
    status: 403,
    when: "The number is on the application's own list of those that are not called, `do_not_call` of `PUT /application`.",
  },
  destination_denied: { status: 403, when: "The operator does not let numbers be called that begin like this one." },
  destination_not_allowed: { status: 403, when: "The application may call other countries only." },
  premium_destination: { status: 403, when: "The owner of the number is paid for being called." },
  satellite_destination: { status: 403, when: "The number is that of a satellite phone." },
  price_too_high: {
    status: 403,
    when: "The calls may cost more than `max_price`, or than the operator allows. The answer says how much.",
  },
  operators_only: {
    status: 403,
    when: "What was to be set of the application is set by the operator of the service alone.",
  },
  not_found: { status: 404, when: "There is nothing at this address, or the token is missing." },
  unknown_path: { status: 404, when: "The api has no such path." },
  wrong_method: { status: 405, when: "The path takes another method; `Allow` names it." },
  in_progress: {
    status: 409,
    when: "The request with this `Idempotency-Key` is being carried out. Send it again after `Retry-After`.",
  },
  no_longer_dialed: {
    status: 409,
    when: "The request was begun before, and it is too late to dial its calls.",
  },
  result_is_pending: { status: 409, when: "The result is not there yet, or is still being delivered." },
  result_is_erased: {
    status: 409,
    when: "The result was asked for by the deprecated API and had digits, which were erased since it was delivered: without them it would say that the PIN was wrong.",
  },
  no_callback: { status: 409, when: "The call has no `callback` to deliver its result to." },
  call_is_live: { status: 409, when: "The call was dialed. Hanging up takes the credential." },
  not_completed: { status: 409, when: "The call is not over yet: only a completed one is forgotten." },
  batch_is_over: { status: 409, when: "All of the batch was dialed, or it has ended." },
  body_too_large: { status: 413, when: "The body is above a [limit](#limits)." },
  unsupported_media_type: {
    status: 415,
    when: "The body has another media type; `Accept` names those that are taken.",
  },
  idempotency_key_reused: { status: 422, when: "The `Idempotency-Key` came with another request." },
  outside_local_time: {
    status: 422,
    when: "The call would expire, or its credential end, before its `local_time` comes; or its number may be in time zones too far apart for that, or in none that is known.",
  },
  too_late: {
    status: 429,
    when: "Not all of it would be dialed in time. The answer says what `expires_in` would do; `Retry-After` when to try again.",
  },
  too_many_new_credentials: {
    status: 429,
    when: "The carrier is asked about each new credential, and there are too many at the moment. Use one JWT for many requests, or register the public key.",
  },
  too_many_batches: { status: 429, when: "Too many batches wait. Send this one after `Retry-After`." },
  destination_suspended: {
    status: 429,
    when: "Hardly any call to such numbers is completed at present. Send it again after `Retry-After`.",
  },
  destination_limit: {
    status: 429,
    when: "The number was called as often as it may be in an hour, by all applications together, or would be with all `retry_times`. `Retry-After` tells when that is over.",
  },
  application_limit: {
    status: 429,
    when: "The application has asked for as many calls as it may in a day. `Retry-After` tells when that is over.",
  },
  unavailable: {
    status: 503,
    when: "A part of the cloud did not answer. The call may not have been accepted: send the request again, best with an `Idempotency-Key`.",
  },
  credential_not_checked: {
    status: 503,
    when: "The carrier did not say whether the credential is genuine. Nothing was accepted: send the request again after `Retry-After`.",
  },
  unhealthy: { status: 503, when: "`/health` or `/setup`: a table, a queue or the bus does not answer." },
} as const satisfies Readonly<Record<string, { status: number; when: string }>>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The codes of one status. */
export type CodeWith<Status extends number> = {
  [Code in ProblemCode]: (typeof PROBLEM_CODES)[Code]["status"] extends Status ? Code : never;
}[ProblemCode];
