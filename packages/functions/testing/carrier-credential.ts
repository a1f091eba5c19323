import { decodeJwt } from "jose";
import { isExpired } from "../src/security/credential.ts";

/** The application of a JWT; undefined when the carrier would refuse it. Signatures are not verified. */
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
