import type { BatchRequest, CallOfBatch } from "./api.ts";

/**
 * One call of a batch: parameters as in docs/api.md, as text or as they are. What it has not is taken from `defaults`.
 *
 * @example
 * const row: Row = { to: "+447700900001", pin_code: "1234", reference: "order-4711" };
 */
export type Row = { readonly [Name in keyof CallOfBatch]?: CallOfBatch[Name] | string };

/**
 * What holds for all rows.
 *
 * @example
 * const parameters: BatchParameters = { defaults: { from, text: "Please enter your PIN." }, expires_in: 7_200 };
 */
export type BatchParameters = Pick<BatchRequest, "expires_in" | "send_at" | "batch_callback" | "callback_secret"> & {
  /** For rows that do not say otherwise. */
  readonly defaults?: Row;
};

/** A row, and its number from 0. */
export interface NumberedRow {
  readonly number: number;
  readonly row: Row;
}

/** What must not be kept, not even as a hash: there are only ten thousand PINs of four digits. */
const SECRETS = ["pin_code", "callback_secret"] as const;

export function withoutSecrets(row: Row): Row {
  const rest = { ...row };
  for (const name of SECRETS) delete rest[name];
  return rest;
}
