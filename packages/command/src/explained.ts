import {
  type FieldError,
  NotNowError,
  OtherRowsError,
  PromptcallError,
  RefusedError,
  UnansweredError,
} from "promptcall";
import { InterruptedError, UsageError } from "./errors.ts";

/** What a person is told of an error: what is wrong and what to do, and where it came from only if nobody expected it. */
export function explained(error: unknown): string {
  if (error instanceof RefusedError) {
    const fields = error.errors.map((field) => `  ${fieldExplained(field)}`);
    const later = error instanceof NotNowError ? laterOf(error) : [];
    return [error.message, ...fields, ...later].join("\n");
  }
  if (error instanceof UnansweredError)
    return `${error.message} It is not known whether it was done. The same command again is safe with the same key or journal.`;
  if (error instanceof OtherRowsError)
    return `${error.message} The same rows with the same parameters go on. To send them all once more, move the journal away.`;
  if (error instanceof UsageError || error instanceof InterruptedError || error instanceof PromptcallError)
    return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/** What is wrong with a field, and what is expected where that is not said with it. */
export function fieldExplained({ field, wrong, expected }: FieldError): string {
  return wrong.includes(expected) ? `${field} ${wrong}` : `${field} ${wrong}; expected: ${expected}`;
}

const laterOf = ({ retryAfterSeconds }: NotNowError) =>
  retryAfterSeconds === undefined ? [] : [`  Try again in ${retryAfterSeconds} s.`];
