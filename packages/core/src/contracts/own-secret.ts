import * as z from "zod/mini";

const PREFIX = "whsec_";
/** As Standard Webhooks has it: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
const SHORTEST_BYTES = 24;
const LONGEST_BYTES = 64;

const error = `expected ${PREFIX} and ${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes in base64`;

/** A secret that a customer brings, in the form in which Standard Webhooks libraries take it. */
export const ownSecret = () =>
  z.string({ error }).check(
    z.trim(),
    z.refine((written) => bytesOf(written) !== undefined, { error }),
  );

/** @throws {TypeError} for what the schema refuses. */
export function secretFrom(written: string): Buffer {
  const bytes = bytesOf(written);
  if (bytes === undefined) throw new TypeError("this is no secret of Standard Webhooks");
  return bytes;
}

function bytesOf(written: string): Buffer | undefined {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(written)?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const isWhole = bytes.toString("base64").replace(/=+$/, "") === base64.replace(/=+$/, "");
  return isWhole && bytes.length >= SHORTEST_BYTES && bytes.length <= LONGEST_BYTES ? bytes : undefined;
}
