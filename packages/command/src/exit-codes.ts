import { NotNowError, OtherRowsError, RefusedError, UnansweredError } from "promptcall";
import { InterruptedError, UsageError } from "./errors.ts";

/** What a command ends with, for those who call it from a script. */
export const EXIT_CODES = {
  done: 0,
  /** Something else went wrong. */
  failed: 1,
  /** The command was not written right, or a file is not there. */
  usage: 2,
  /** The service has said no: mend what it names. */
  refused: 3,
  /** The service has said not now: the same later. */
  not_now: 4,
  /** The service did not answer: the same again is safe. */
  unanswered: 5,
  /** A call or a row did not end as `ok`, or a check has failed. */
  not_ok: 6,
  /** Ctrl-C was pressed: 128 and the number of the signal, as shells have it. */
  interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof OtherRowsError) return EXIT_CODES.usage;
  if (error instanceof InterruptedError) return EXIT_CODES.interrupted;
  if (error instanceof NotNowError) return EXIT_CODES.not_now;
  if (error instanceof RefusedError) return EXIT_CODES.refused;
  if (error instanceof UnansweredError) return EXIT_CODES.unanswered;
  return EXIT_CODES.failed;
}
