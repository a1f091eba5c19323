import type { IncomingMessage } from "node:http";
import type { Cors } from "./declarations.ts";
import type { HttpResult } from "./http-response.ts";

/** AWS answers the browser's question itself; the function never sees it. */
export function preflight({
  request,
  cors,
}: {
  request: IncomingMessage;
  cors: Cors | undefined;
}): HttpResult | undefined {
  const { origin, "access-control-request-method": method } = request.headers;
  if (!cors || request.method !== "OPTIONS" || origin === undefined || method === undefined) return undefined;
  const headers = allows({ list: cors.allowOrigins, value: origin })
    ? {
        ...originHeaders({ cors, origin }),
        "access-control-allow-methods": cors.allowMethods.join(","),
        "access-control-allow-headers": cors.allowHeaders.join(","),
        ...(cors.maxAgeSeconds !== undefined && { "access-control-max-age": String(cors.maxAgeSeconds) }),
      }
    : {};
  return { statusCode: 204, headers, cookies: [], body: Buffer.alloc(0) };
}

/** Where AWS handles CORS, what the function says about it is replaced. */
export function withCors(args: { request: IncomingMessage; cors: Cors | undefined; result: HttpResult }): HttpResult {
  const { request, cors, result } = args;
  const { origin } = request.headers;
  if (!cors || origin === undefined || !allows({ list: cors.allowOrigins, value: origin })) return result;
  const own = Object.entries(result.headers).filter(([name]) => !name.startsWith("access-control-"));
  return { ...result, headers: { ...Object.fromEntries(own), ...originHeaders({ cors, origin }) } };
}

function originHeaders({ cors, origin }: { cors: Cors; origin: string }): Record<string, string> {
  return {
    "access-control-allow-origin": cors.allowOrigins.includes("*") ? "*" : origin,
    ...(cors.allowCredentials && { "access-control-allow-credentials": "true" }),
    ...(cors.exposeHeaders.length > 0 && { "access-control-expose-headers": cors.exposeHeaders.join(",") }),
  };
}

function allows({ list, value }: { list: string[]; value: string }): boolean {
  return list.includes("*") || list.includes(value);
}
