import type { IncomingMessage, ServerResponse } from "node:http";
import { GatewayTimeoutError, RequestTooLargeError } from "../errors.ts";
import type { FunctionPool } from "../functions/function-pool.ts";
import { LIMITS } from "../limits.ts";
import { type HttpSource, type MatchedRoute, splitTarget, toHttpEvent } from "./event.ts";
import { functionUrlFailure, gatewayFailure } from "./failures.ts";
import { type HttpResult, message, send, toHttpResult } from "./response.ts";
import { findRoute, type Route } from "./routes.ts";
import { readBody } from "./server.ts";

export type PoolOf = (functionName: string) => Promise<Pick<FunctionPool, "invoke">>;

interface EndpointKind {
  source: HttpSource;
  maximumBytes: number;
  maximumHeaderBytes: number;
  /** How long it waits for the function; undefined where that is as long as the function may take. */
  timeoutSeconds: number | undefined;
  defaultType: string;
  routeOf: (args: { method: string; path: string }) => (MatchedRoute & { functionName: string }) | undefined;
  onFailure: (error: unknown) => HttpResult;
}

export function apiEndpoint(args: {
  apiId: string;
  timeoutSeconds: number | undefined;
  routes: readonly Route[];
}): EndpointKind {
  return {
    source: { apiId: args.apiId, decodesPath: true },
    maximumBytes: LIMITS.gateway.bodyBytes,
    maximumHeaderBytes: LIMITS.gateway.headerBytes,
    timeoutSeconds: args.timeoutSeconds,
    defaultType: "text/plain; charset=utf-8",
    routeOf: ({ method, path }) => findRoute({ routes: args.routes, method, path }),
    onFailure: gatewayFailure,
  };
}

export function functionUrlEndpoint(args: { urlId: string; functionName: string }): EndpointKind {
  return {
    source: { apiId: args.urlId, decodesPath: false },
    maximumBytes: LIMITS.lambda.requestBytes,
    maximumHeaderBytes: Number.POSITIVE_INFINITY,
    timeoutSeconds: undefined,
    defaultType: "application/json",
    routeOf: () => ({ routeKey: "$default", functionName: args.functionName }),
    onFailure: functionUrlFailure,
  };
}

/** Takes requests to functions; never rejects because of what a client or a function does. */
export function httpHandler({ kind, poolOf }: { kind: EndpointKind; poolOf: PoolOf }) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const result = await answer({ kind, poolOf, request });
    try {
      send({ response, result });
    } catch (error) {
      // A header that HTTP does not allow is the function's fault.
      send({ response, result: kind.onFailure(error) });
    }
  };
}

async function answer(args: { kind: EndpointKind; poolOf: PoolOf; request: IncomingMessage }): Promise<HttpResult> {
  const { kind, request } = args;
  if (headerBytes(request) > kind.maximumHeaderBytes)
    return message({ statusCode: 431, text: "Request Header Fields Too Large" });
  const target = splitTarget({ url: request.url ?? "/", source: kind.source });
  if (!target) return message({ statusCode: 400, text: "Bad Request" });
  const route = kind.routeOf({ method: request.method ?? "GET", path: target.path });
  if (!route) return message({ statusCode: 404, text: "Not Found" });
  const body = await readBody({ request, maximumBytes: kind.maximumBytes });
  if (!body) return kind.onFailure(new RequestTooLargeError());
  try {
    const pool = await args.poolOf(route.functionName);
    const event = toHttpEvent({ request, target, body, source: kind.source, route });
    const invoked = await within({ work: pool.invoke(event), seconds: kind.timeoutSeconds });
    const result = toHttpResult({ result: invoked, defaultType: kind.defaultType });
    return result ?? kind.onFailure(new TypeError("The function's answer is not an HTTP response."));
  } catch (error) {
    return kind.onFailure(error);
  }
}

function headerBytes({ method, url, httpVersion, rawHeaders }: IncomingMessage): number {
  const values = rawHeaders.filter((_, index) => index % 2 === 1);
  return [`${method} ${url} HTTP/${httpVersion}`, ...values].reduce((sum, text) => sum + text.length, 0);
}

/** Stops waiting, while the work goes on. */
async function within<T>({ work, seconds }: { work: Promise<T>; seconds: number | undefined }): Promise<T> {
  if (seconds === undefined) return await work;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new GatewayTimeoutError()), seconds * 1_000);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
