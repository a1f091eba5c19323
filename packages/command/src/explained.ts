import { NotNowError, PromptcallError, RefusedError, UnansweredError } from "promptcall";
import { UsageError } from "./errors.ts";

/** What a person is told of an error: what is wrong and what to do, and where it came from only if nobody expected it. */
export function explained(error: unknown): string {
  if (error instanceof RefusedError) {
    const fields = error.errors.map(({ field, wrong, expected }) => `  ${field} ${wrong}; expected: ${expected}`);
    const later = error instanceof NotNowError ? laterOf(error) : [];
    return [error.message, ...fields, ...later].join("\n");
  }
  if (error instanceof UnansweredError)
    return `${error.message} It is not known whether it was done. The same command again is safe with the same key or journal.`;
  if (error instanceof UsageError || error instanceof PromptcallError) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

const laterOf = ({ retryAfterSeconds }: NotNowError) =>
  retryAfterSeconds === undefined ? [] : [`  Try again in ${retryAfterSeconds} s.`];
