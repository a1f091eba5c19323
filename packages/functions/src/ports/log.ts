import type { Outcome } from "@promptcall/core/call";
import type { NextStep } from "@promptcall/core/callback";
import type { DialOutcome } from "@promptcall/core/dial-outcome";

/** Everything that can be told of a unit of work, in one word. */
type WorkEvent =
  | `call.${"accepted" | "rejected" | "cancelled"}`
  | "batch.accepted"
  | `dial.${DialOutcome["kind"] | "skipped" | "late" | "waits"}`
  | `loop.${"step" | "stale" | "early" | "handed_on"}`
  | `batch.${"counted" | "completed" | "over" | "swept" | "paused" | "resumed"}`
  | `webhook.${"status" | "digits" | "ignored" | "forged"}`
  | `event.${"reduced" | "ignored"}`
  | `timer.${"settle" | "deadline" | "cancel"}`
  | `dead_letter.${"buried" | "ignored"}`
  | `callback.${NextStep["kind"] | "repeated" | "unwanted" | "receiver_busy" | "receiver_slow"}`
  | "message.early";

/**
 * One line of the log, and the end of a unit of work; its metrics and its span are made from it too. Holds ids and
 * outcomes only: no number, text, digit or key.
 */
export interface Told extends Readonly<Record<string, string | number | boolean | undefined>> {
  readonly event: WorkEvent;
  /** The result, where it was this that completed the call. */
  readonly result?: Outcome["status"] | undefined;
  /** Calls that were accepted together. */
  readonly accepted?: number | undefined;
  /** Saves that were lost to another writer. */
  readonly conflicts?: number | undefined;
  /** Whether the carrier had no room. */
  readonly throttled?: boolean | undefined;
  /** Whether a loop that was lost has been taken up again. */
  readonly revived?: boolean | undefined;
  /** How long after its time the message was handled. */
  readonly late_ms?: number | undefined;
  /** From the completion of the call until now. */
  readonly age_seconds?: number | undefined;
}

/** Structured lines, one for each unit of work. What goes in is chosen field by field: nothing is ever spread into it. */
export interface Log {
  info(told: Told): void;
  /** Name and message of our own errors; of others name and code only, since their messages may quote what they were given. */
  failure(event: string, error: unknown, keys?: Readonly<Record<string, string>>): void;
}
