import type { NotDialed } from "../contracts/reasons.ts";

/** Every outcome of asking the carrier to dial. Only `try_again` may be dialed again. */
export type DialOutcome =
  | { readonly kind: "placed"; readonly uuid: string }
  | {
      readonly kind: "try_again";
      readonly why: string;
      readonly retryAfterSeconds?: number;
      /** The carrier's rate limit refused it. */
      readonly throttled?: true;
    }
  | { readonly kind: "refused"; readonly reason: NotDialed; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

export interface CarrierAnswer {
  readonly httpStatus: number;
  /** The parsed body, of any shape: the carrier has several forms of error. */
  readonly body: unknown;
  readonly retryAfterSeconds?: number | undefined;
}

/** A 4xx is certain: nothing was dialed. A 5xx is not: the call may be on its way. */
export function outcomeOfRefusal({ httpStatus, body, retryAfterSeconds }: CarrierAnswer): DialOutcome {
  const why = `carrier answered ${httpStatus}`;
  if (httpStatus === 429)
    return { kind: "try_again", why, throttled: true, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  if (httpStatus === 401 || httpStatus === 403) return { kind: "refused", reason: "credential_rejected", why };
  if (httpStatus === 400 && namesNumber(body)) return { kind: "refused", reason: "invalid_number", why };
  if (httpStatus >= 400 && httpStatus < 500) return { kind: "refused", reason: "dial_refused", why };
  return { kind: "unknown", why };
}

/** Failures before any byte was sent: the name was not resolved, or the connection was not made. */
const BEFORE_SENDING = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** @param codes the error's own code and those of its causes */
export function outcomeOfFailure({ codes }: { codes: readonly string[] }): DialOutcome {
  const why = codes[0] ?? "no answer from the carrier";
  return codes.some((code) => BEFORE_SENDING.has(code)) ? { kind: "try_again", why } : { kind: "unknown", why };
}

/** `{"invalid_parameters":[{"name":"number","reason":"…"}]}`, where the name may also be a path such as `to[0].number`. */
function namesNumber(body: unknown): boolean {
  if (typeof body !== "object" || body === null || !("invalid_parameters" in body)) return false;
  const { invalid_parameters: parameters } = body;
  if (!Array.isArray(parameters)) return false;
  return parameters.some((parameter: unknown) => {
    if (typeof parameter !== "object" || parameter === null || !("name" in parameter)) return false;
    return typeof parameter.name === "string" && /^(number|to\b)/.test(parameter.name);
  });
}
