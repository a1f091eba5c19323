import type { Problem } from "../../http/problem.ts";

/**
 * The status of an answer, as the carrier's older APIs number them: 0 and 3 are known of this one
 * (https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms has the others).
 */
export type OldStatus = "0" | "1" | "2" | "3" | "4" | "5" | "7" | "9";

const NOT_GIVEN = ["is missing", "is empty", "is null"];

export function statusOf({ status, code, errors = [] }: Problem): Exclude<OldStatus, "0"> {
  if (code === "price_too_high" || code === "application_limit") return "9";
  switch (status) {
    case 400:
      return errors.some(({ wrong }) => NOT_GIVEN.includes(wrong)) ? "2" : "3";
    case 401:
      return "4";
    case 403:
      return "7";
    case 429:
      return "1";
    case 404:
    case 405:
    case 413:
    case 415:
    case 422:
      return "3";
    case 409:
    case 503:
      return "5";
    default:
      return status satisfies never;
  }
}
