import type { Problem } from "../../http/problem.ts";

const LONGEST_KEY = 255;

/**
 * The key of a request. A proxy may have sent the header twice, which a gateway hands on as one with a comma: the same key
 * twice is that key. Two are none, and neither is an empty one: its request would be carried out at every repetition.
 */
export function idempotencyKeyOf(header: string | undefined): { key: string | undefined } | { problem: Problem } {
  if (header === undefined) return { key: undefined };
  const [key = "", ...others] = header.split(",").map((part) => part.trim());
  if (others.some((other) => other !== key)) return invalid("Send one Idempotency-Key, without a comma.");
  if (key === "" || key.length > LONGEST_KEY)
    return invalid(`Send an Idempotency-Key of 1 to ${LONGEST_KEY} characters.`);
  return { key };
}

function invalid(detail: string): { problem: Problem } {
  return { problem: { status: 400, code: "invalid_idempotency_key", detail } };
}
