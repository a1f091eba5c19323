import type { Outcome } from "@promptcall/core/call/call";
import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import type { NextStep } from "@promptcall/core/callbacks/callback";

/** The event names of log records. */
type LogEventName =
  | `call.${"accepted" | "rejected" | "cancelled" | "forgotten"}`
  | "batch.accepted"
  | `dial.${DialOutcome["kind"] | "skipped" | "late" | "held" | "waits"}`
  | `loop.${"step" | "stale" | "early" | "handed_on"}`
  | `batch.${"counted" | "completed" | "over" | "swept" | "paused" | "resumed"}`
  | `webhook.${"status" | "digits" | "ignored" | "forged"}`
  | "event.reduced"
  | `timer.${"settle" | "deadline" | "cancel"}`
  | `dead_letter.${"handled" | "ignored"}`
  | `callback.${NextStep["kind"] | "repeated" | "unwanted" | "receiver_busy" | "receiver_slow"}`
  | "callback.replayed"
  | `application.${"changed" | "keys_changed"}`
  | `receiver.${"failing" | "recovered"}`
  | "guard.tripped"
  | "message.early";

/**
 * One line of the log for a unit of work; its metrics and its span are made from it, too. Holds only ids and outcomes:
 * no number, text, digit or key.
 */
export interface LogRecord extends Readonly<Record<string, string | number | boolean | undefined>> {
  readonly event: LogEventName;
  /** The result, when this completed the call. */
  readonly result?: Outcome["status"] | undefined;
  /** Calls that were accepted together. */
  readonly accepted?: number | undefined;
  /** Calls that the guard refused. */
  readonly guarded?: number | undefined;
  /** Whether calls to the call's destination are suspended over it. */
  readonly tripped?: boolean | undefined;
  /** Saves that were lost to another writer. */
  readonly conflicts?: number | undefined;
  /** Whether the carrier answered 429. */
  readonly throttled?: boolean | undefined;
  /** Whether a lost loop was revived. */
  readonly revived?: boolean | undefined;
  /** How late the message was handled. */
  readonly late_ms?: number | undefined;
  /** Time since the call was completed. */
  readonly age_seconds?: number | undefined;
}

/**
 * Structured log records, one for each unit of work. Their fields are chosen one by one; no object is ever spread into
 * them.
 */
export interface Log {
  info(record: LogRecord): void;
  /** Logs name and message of our own errors, but only name and code of others: their messages may quote data. */
  failure(event: string, error: unknown, keys?: Readonly<Record<string, string>>): void;
}
