import { type FieldError, NotNowError, OtherRowsError, PromptcallError, RefusedError } from "promptcall";
import { InterruptedError, UsageError } from "./errors.ts";

/** What a person is told of an error: what is wrong and what to do, and where it came from only if nobody expected it. */
export function explained(error: unknown): string {
  if (error instanceof RefusedError) {
    if (error.code === "not_found") return "The application has no such call or batch.";
    const fields = error.errors.map((field) => `  ${fieldExplained(field)}`);
    const later = error instanceof NotNowError ? laterOf(error) : [];
    return [error.message, ...fields, ...later].join("\n");
  }
  if (error instanceof OtherRowsError)
    return `${error.message} The same rows with the same parameters go on. To send all of them anew, move the journal away.`;
  if (error instanceof UsageError || error instanceof InterruptedError || error instanceof PromptcallError)
    return error.message;
  // Of a file or a port, which it names.
  if (error instanceof Error && "syscall" in error) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/** What is wrong with a field, and what is expected where that is not said with it. */
export function fieldExplained({ field, wrong, expected }: FieldError): string {
  return wrong.includes(expected) ? `${field} ${wrong}` : `${field} ${wrong}; expected: ${expected}`;
}

const laterOf = ({ retryAfterSeconds }: NotNowError) =>
  retryAfterSeconds === undefined ? [] : [`  Try again in ${retryAfterSeconds} s.`];
