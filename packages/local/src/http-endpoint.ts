import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cors } from "./declarations.ts";
import { FunctionTimeoutError } from "./errors.ts";
import type { FunctionPool } from "./function-pool.ts";
import { preflight, withCors } from "./http-cors.ts";
import { type HttpSource, type MatchedRoute, splitTarget, toHttpEvent } from "./http-event.ts";
import { type HttpResult, message, send, toHttpResult } from "./http-response.ts";
import { findRoute, type Route } from "./http-routes.ts";
import { readBody } from "./http-server.ts";

export type PoolOf = (functionName: string) => Promise<FunctionPool>;

interface EndpointKind {
  source: HttpSource;
  cors: () => Promise<Cors | undefined>;
  maximumBytes: number;
  defaultType: string;
  routeOf: (args: { method: string; path: string }) => (MatchedRoute & { functionName: string }) | undefined;
  onFailure: (error: unknown) => HttpResult;
}

const MEGABYTE = 1024 * 1024;

export function apiEndpoint(args: {
  apiId: string;
  routes: readonly Route[];
  cors: () => Promise<Cors | undefined>;
}): EndpointKind {
  return {
    source: { apiId: args.apiId, decodesPath: true },
    cors: args.cors,
    maximumBytes: 10 * MEGABYTE,
    defaultType: "text/plain; charset=utf-8",
    routeOf: ({ method, path }) => findRoute({ routes: args.routes, method, path }),
    onFailure: (error) =>
      error instanceof FunctionTimeoutError
        ? message({ statusCode: 503, text: "Service Unavailable" })
        : message({ statusCode: 500, text: "Internal Server Error" }),
  };
}

export function functionUrlEndpoint(args: {
  urlId: string;
  functionName: string;
  cors: () => Promise<Cors | undefined>;
}): EndpointKind {
  return {
    source: { apiId: args.urlId, decodesPath: false },
    cors: args.cors,
    maximumBytes: 6 * MEGABYTE,
    defaultType: "application/json",
    routeOf: () => ({ routeKey: "$default", functionName: args.functionName }),
    onFailure: () => ({ ...message({ statusCode: 502, text: "" }), body: Buffer.from("Internal Server Error") }),
  };
}

/** Takes requests to functions; never rejects because of what a client or a function does. */
export function httpHandler({ kind, poolOf }: { kind: EndpointKind; poolOf: PoolOf }) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const cors = await kind.cors();
    const result = preflight({ request, cors }) ?? (await answer({ kind, poolOf, request }));
    try {
      send({ response, result: withCors({ request, cors, result }) });
    } catch (error) {
      // A header that HTTP does not allow is the function's fault.
      send({ response, result: kind.onFailure(error) });
    }
  };
}

async function answer(args: { kind: EndpointKind; poolOf: PoolOf; request: IncomingMessage }): Promise<HttpResult> {
  const { kind, request } = args;
  const target = splitTarget({ url: request.url ?? "/", source: kind.source });
  if (!target) return message({ statusCode: 400, text: "Bad Request" });
  const route = kind.routeOf({ method: request.method ?? "GET", path: target.path });
  if (!route) return message({ statusCode: 404, text: "Not Found" });
  const body = await readBody({ request, maximumBytes: kind.maximumBytes });
  if (!body) return message({ statusCode: 413, text: "Request Entity Too Large" });
  try {
    const pool = await args.poolOf(route.functionName);
    const event = toHttpEvent({ request, target, body, source: kind.source, route });
    const result = toHttpResult({ result: await pool.invoke(event), defaultType: kind.defaultType });
    return result ?? kind.onFailure(new TypeError("The function's answer is not an HTTP response."));
  } catch (error) {
    return kind.onFailure(error);
  }
}
