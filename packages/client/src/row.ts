import type { BatchRequest, CallOfBatch } from "./api.ts";

/** One call of a batch: parameters as in docs/api.md, as text or as they are. What it has not is taken from `defaults`. */
export type Row = { readonly [Name in keyof CallOfBatch]?: CallOfBatch[Name] | string };

/** What holds for all rows. */
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
