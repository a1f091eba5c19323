import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { z } from "zod";
import type { Applications } from "./applications.ts";

/** The application that signed the request, or nothing when the token does not hold for it. */
export type Authenticate = (request: {
  readonly authorization: string | undefined;
  readonly method: string;
  readonly path: string;
}) => Promise<string | undefined>;

const LIFE_WITHOUT_EXP_SECONDS = 15 * 60;
const LIFE_SECONDS_MAX = 24 * 3600;

/** Where a token may be used, each place optionally with the methods; one without `acl` may be used everywhere. */
const aclSchema = z.object({
  paths: z.record(z.string(), z.object({ methods: z.array(z.string()).optional() })),
});

const claimsSchema = z.object({
  application_id: z.string().min(1),
  jti: z.string().min(1),
  iat: z.number(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  acl: aclSchema.optional(),
});
type Claims = z.infer<typeof claimsSchema>;

export function createAuthenticate(applications: Pick<Applications, "key">, now: () => Date): Authenticate {
  return async ({ authorization, method, path }) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
    if (!token) return undefined;
    try {
      if (decodeProtectedHeader(token).alg !== "RS256") return undefined;
      const claims = claimsSchema.parse(decodeJwt(token));
      if (!isCurrent(claims, now()) || !mayReach(claims, { method, path })) return undefined;
      const key = applications.key(claims.application_id);
      if (key) await jwtVerify(token, key, { algorithms: ["RS256"], currentDate: now() });
      return claims.application_id;
    } catch {
      // For anything that cannot be read or verified; the answer to all of it is 401.
      return undefined;
    }
  };
}

function isCurrent({ iat, exp = iat + LIFE_WITHOUT_EXP_SECONDS, nbf = 0 }: Claims, now: Date): boolean {
  const nowSeconds = now.getTime() / 1000;
  return nowSeconds < exp && nowSeconds >= nbf && exp - iat <= LIFE_SECONDS_MAX;
}

function mayReach({ acl }: Claims, { method, path }: { method: string; path: string }): boolean {
  if (!acl) return true;
  return Object.entries(acl.paths).some(
    ([pattern, { methods }]) => (methods?.includes(method) ?? true) && matches(pattern.split("/"), path.split("/")),
  );
}

/** `*` stands for one part of the path, and `**` for any number of them, none included. */
function matches([pattern, ...patterns]: readonly string[], path: readonly string[]): boolean {
  if (pattern === undefined) return path.length === 0;
  if (pattern === "**") return path.some((_, index) => matches(patterns, path.slice(index))) || patterns.length === 0;
  const [part, ...parts] = path;
  return part !== undefined && (pattern === "*" || pattern === part) && matches(patterns, parts);
}
