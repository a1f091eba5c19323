import { USUALLY_RETRIED } from "@promptcall/core/contracts/reasons";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { CallRequest } from "@promptcall/core/contracts/request";
import type { FieldError } from "../../http/problem.ts";

type Asked = Pick<CallRequest, "retry_times" | "retry_after" | "retry_on">;

const USUAL_SECONDS = 300;

/** Whether and when the person may be called again, and until when; undefined where nobody asks for it. */
export function retryOf(asked: Asked, { byMs }: { readonly byMs: number }): CallSpec["retry"] {
  const { retry_times: times = 0, retry_after: afterSeconds = USUAL_SECONDS, retry_on: on = USUALLY_RETRIED } = asked;
  return times === 0 ? undefined : { times, afterSeconds, on, until: new Date(byMs).toISOString() };
}

/** How often the person is called at the most. */
export const mostDials = ({ retry_times = 0 }: Pick<Asked, "retry_times">): number => 1 + retry_times;

/** What would never come about. */
export function retryErrors(asked: Asked, { expiresInSeconds }: { readonly expiresInSeconds: number }): FieldError[] {
  const { retry_times: times, retry_after: after, retry_on: on } = asked;
  if (times === undefined && (after !== undefined || on !== undefined))
    return [
      {
        field: "retry_times",
        wrong: "is missing",
        expected: "0 to 5 where retry_after or retry_on is given, 0 for a call that is not retried",
      },
    ];
  if ((times ?? 0) === 0 || (after ?? USUAL_SECONDS) < expiresInSeconds) return [];
  const wrong = `is ${after === undefined ? `${USUAL_SECONDS} s without it, and ` : ""}no less than expires_in`;
  return [{ field: "retry_after", wrong, expected: `less than ${expiresInSeconds} s, or a longer expires_in` }];
}
