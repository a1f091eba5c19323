import { type Ncco, nccoSchema } from "../definition/ncco.ts";
import type { Reply } from "./webhook-client.ts";

/** How a webhook's reply changes the call. */
export type Answer =
  | { readonly kind: "ncco"; readonly ncco: Ncco }
  | { readonly kind: "goesOn" }
  | { readonly kind: "syntaxError" | "failed"; readonly reason: string }
  | { readonly kind: "stopped" };

export function readAnswer(reply: Reply): Answer {
  switch (reply.kind) {
    case "stopped":
      return { kind: "stopped" };
    case "unreachable":
      return { kind: "failed", reason: "Connection closed." };
    case "answered":
      if (reply.code < 200 || reply.code > 205) return { kind: "failed", reason: `HTTP status ${reply.code}.` };
      if (/html|xml/i.test(reply.contentType)) return { kind: "failed", reason: "Wrong content type." };
      return reply.body.trim() === "" ? { kind: "goesOn" } : readNcco(reply.body);
    default:
      return reply satisfies never;
  }
}

function readNcco(body: string): Answer {
  const parsed = nccoSchema.safeParse(parseJson(body));
  return parsed.success
    ? { kind: "ncco", ncco: parsed.data }
    : { kind: "syntaxError", reason: "Syntax error in NCCO." };
}

/** Undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
