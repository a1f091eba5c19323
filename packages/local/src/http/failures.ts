import { FunctionTimeoutError, GatewayTimeoutError, RequestTooLargeError, ThrottledError } from "../errors.ts";
import { type HttpResult, json, message } from "./response.ts";

/** What an HTTP API answers when it has no answer of the function: only how it failed, never why. */
export function gatewayFailure(error: unknown): HttpResult {
  if (error instanceof RequestTooLargeError) return message({ statusCode: 413, text: "Request Entity Too Large" });
  const isForLater =
    error instanceof ThrottledError || error instanceof FunctionTimeoutError || error instanceof GatewayTimeoutError;
  return isForLater
    ? message({ statusCode: 503, text: "Service Unavailable" })
    : message({ statusCode: 500, text: "Internal Server Error" });
}

/** A function URL hands on how Lambda refuses, and nothing of how a function fails. */
export function functionUrlFailure(error: unknown): HttpResult {
  if (error instanceof ThrottledError)
    return json({ statusCode: 429, body: { Reason: error.reason, Type: "User", message: error.message } });
  if (error instanceof RequestTooLargeError)
    return json({ statusCode: 413, body: { Type: "User", message: error.message } });
  return { ...json({ statusCode: 502, body: {} }), body: Buffer.from("Internal Server Error") };
}
