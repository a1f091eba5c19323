import { isExpired } from "@promptcall/functions/credential";
import { decodeJwt } from "jose";

/**
 * The application a JWT speaks for; undefined when the carrier would not take it. Nobody's signature is looked at: there
 * is no key to look with.
 */
export function applicationOf(credential: string, now: Date): string | undefined {
  try {
    const { application_id: application } = decodeJwt(credential);
    return typeof application === "string" && application !== "" && !isExpired(credential, now)
      ? application
      : undefined;
  } catch {
    return undefined;
  }
}
