import { randomBytes } from "node:crypto";

/** A secret without a value gets 32 random bytes, the same for the whole run. */
export function secretSource(given: Readonly<Record<string, string>>) {
  return ({ name, placeholder }: { name: string; placeholder: string | undefined }): string =>
    given[name] ?? placeholder ?? randomBytes(32).toString("base64url");
}
