import { timingSafeEqual } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { BatchResult, Result, ResultAsJson } from "./api.ts";
import { PromptcallError } from "./errors.ts";

/** A result as it came, before anything has parsed it. */
export type Delivery = {
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The secrets of the application; several while one replaces another. */
  readonly secrets: string | readonly string[];
  /** How old a delivery may be, or from how far in the future: clocks differ. 300 without it. */
  readonly toleranceSeconds?: number;
} & (
  | { /** Of a `POST`. */ readonly body: string | Uint8Array }
  | { /** Of a `GET`: its address, or what stands behind the host. */ readonly url: string }
);

/** A delivery that is genuine. */
export interface Verified {
  /** The same whenever a result is delivered again: `webhook-id`. */
  readonly id: string;
  readonly sentAt: Date;
  /** What was signed: the body of a `POST`, the query of a `GET`. */
  readonly signed: string;
}

/**
 * A delivery is not genuine, or too old. Answer it with 401.
 *
 * @example
 * if (error instanceof VerificationError) response.writeHead(401).end();
 */
export class VerificationError extends PromptcallError {
  override readonly name = "VerificationError";
}

const TOLERANCE_SECONDS = 300;

/**
 * Makes sure that a result comes from Promptcall (https://www.standardwebhooks.com). Any one signature of any one secret will do.
 *
 * @example
 * // Fetch API, hono (c.req.raw), Bun, Deno
 * const { signed } = verify({ body: await request.text(), headers: request.headers, secrets });
 * @example
 * // node:http; express with express.text({ type: "*" + "/*" }), where the body is request.body
 * const { signed } = verify({ body: await text(request), headers: request.headers, secrets });
 * @example
 * // Lambda behind a function URL or an HTTP API
 * const body = event.isBase64Encoded ? Buffer.from(event.body, "base64") : event.body;
 * const { signed } = verify({ body, headers: event.headers, secrets });
 * @throws {VerificationError}
 */
export function verify(delivery: Delivery): Verified {
  const { toleranceSeconds = TOLERANCE_SECONDS } = delivery;
  const secrets = typeof delivery.secrets === "string" ? [delivery.secrets] : delivery.secrets;
  if (secrets.length === 0) throw new PromptcallError("There is no secret to verify with.");
  const id = headerOf(delivery, "webhook-id");
  const sentAt = timeOf(headerOf(delivery, "webhook-timestamp"));
  const signatures = headerOf(delivery, "webhook-signature").split(" ");
  if (Math.abs(Date.now() - sentAt.getTime()) > toleranceSeconds * 1_000)
    throw new VerificationError("The delivery is too old, or from the future.");
  const signed = signedOf(delivery);
  const right = secrets.map((secret) => webhookOf(secret).sign(id, sentAt, signed));
  // Each with each, whatever has been found: how long it takes tells nothing.
  const matches = right.flatMap((one) => signatures.map((other) => isSame(one, other)));
  if (!matches.includes(true)) throw new VerificationError("No signature is of one of the secrets.");
  return { id, sentAt, signed };
}

/** What a result says: of a call, as a form or as JSON, or of a whole batch. A test says nothing: `promptcall doctor` sends it. */
export type ParsedResult =
  | { readonly type: "test"; readonly format: "json"; readonly data: object }
  | { readonly type: "call.completed"; readonly format: "form"; readonly data: Result }
  | ({ readonly format: "json" } & (ResultAsJson | BatchResult));

/**
 * Reads what was signed.
 *
 * @example
 * const { type, data } = parseResult(verify(delivery).signed);
 * if (type === "call.completed") console.log(data.tid, data.status);
 * @throws {PromptcallError} it is no result
 */
export function parseResult(signed: string): ParsedResult {
  if (signed.startsWith("{")) {
    const value = JSON.parse(signed);
    if (TYPES.has(value?.type)) return { format: "json", ...value };
    throw new PromptcallError("This is JSON, and not a result.");
  }
  const { tid, to, status, ...rest } = Object.fromEntries(new URLSearchParams(signed));
  if (tid === undefined || to === undefined || (status !== "ok" && status !== "failed" && status !== "error"))
    throw new PromptcallError("This is a form, and not a result.");
  return { type: "call.completed", format: "form", data: { ...rest, tid, to, status } };
}

const TYPES: ReadonlySet<unknown> = new Set<ParsedResult["type"]>(["call.completed", "batch.completed", "test"]);

function signedOf(delivery: Delivery): string {
  if ("url" in delivery) return delivery.url.slice(delivery.url.indexOf("?") + 1).split("#", 1)[0] ?? "";
  return typeof delivery.body === "string" ? delivery.body : new TextDecoder().decode(delivery.body);
}

function headerOf({ headers }: Delivery, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headerIn(headers, name);
  if (typeof value !== "string" || value === "") throw new VerificationError(`The header ${name} is missing.`);
  return value;
}

/** Some frameworks keep the case in which a header came. */
function headerIn(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  return headers[name] ?? Object.entries(headers).find(([other]) => other.toLowerCase() === name)?.[1];
}

function timeOf(timestamp: string): Date {
  if (!/^\d{1,12}$/.test(timestamp)) throw new VerificationError("webhook-timestamp is not in seconds.");
  return new Date(Number(timestamp) * 1_000);
}

function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new PromptcallError("A secret is whsec_ and 24 to 64 bytes in base64.");
  }
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
