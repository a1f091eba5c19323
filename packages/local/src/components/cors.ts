import { checkArguments } from "../arguments.ts";
import type { Cors } from "../declarations.ts";
import { type Duration, toSeconds } from "../duration.ts";

export interface CorsArgs {
  allowCredentials?: boolean;
  allowHeaders?: string[];
  allowOrigins?: string[];
  allowMethods?: ("*" | "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT")[];
  exposeHeaders?: string[];
  maxAge?: Duration;
}

/** SST's default lets every origin in; `false` leaves the headers to the function. */
export function corsSettings(args: { component: string; cors: boolean | CorsArgs | undefined }): Cors | undefined {
  if (args.cors === false) return undefined;
  const given: CorsArgs = typeof args.cors === "object" ? args.cors : {};
  checkArguments({
    component: args.component,
    given,
    supported: ["allowCredentials", "allowHeaders", "allowOrigins", "allowMethods", "exposeHeaders", "maxAge"],
    prefix: "cors",
  });
  return {
    allowCredentials: given.allowCredentials ?? false,
    allowHeaders: given.allowHeaders ?? ["*"],
    allowMethods: given.allowMethods ?? ["*"],
    allowOrigins: given.allowOrigins ?? ["*"],
    exposeHeaders: given.exposeHeaders ?? [],
    maxAgeSeconds: given.maxAge && toSeconds(given.maxAge),
  };
}
