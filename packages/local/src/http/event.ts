import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ACCOUNT_ID } from "../program/program.ts";

/** The differences between the events of a gateway and a function URL. */
export interface HttpSource {
  apiId: string;
  /** API Gateway decodes the path before it hands it on; a function URL leaves it as it came. */
  decodesPath: boolean;
}

export interface MatchedRoute {
  routeKey: string;
  pathParameters?: Record<string, string> | undefined;
}

/**
 * AWS documents no list. Observed on real HTTP APIs: these are handed on as text, and everything else is base64,
 * form posts and bodies without a content type included, and text that says it is in another encoding than UTF-8
 * (https://github.com/floci-io/floci/issues/2172). What becomes of text that is not UTF-8 and does not say so was not
 * observed: here its bytes are kept, and a function must not count on that.
 */
const TEXT = /^(text\/[^;]+|application\/(json|xml|javascript))\s*(;|$)/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8\b)/i;

/** Payload format 2.0. */
export function toHttpEvent(args: {
  request: IncomingMessage;
  target: { path: string; query: string };
  body: Buffer;
  source: HttpSource;
  route: MatchedRoute;
}) {
  const { request, target, source, route } = args;
  const headers = joinedHeaders(request);
  const { cookie, ...others } = headers;
  const now = new Date();
  return {
    version: "2.0",
    routeKey: route.routeKey,
    rawPath: target.path,
    rawQueryString: target.query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...others,
      "x-forwarded-for": request.socket.remoteAddress ?? "127.0.0.1",
      "x-forwarded-port": String(request.socket.localPort ?? ""),
      "x-forwarded-proto": "http",
    },
    ...(target.query !== "" && { queryStringParameters: joinedQuery(target.query) }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: source.apiId,
      domainName: headers.host ?? "127.0.0.1",
      domainPrefix: source.apiId,
      http: {
        method: request.method ?? "GET",
        path: target.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: "$default",
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(route.pathParameters && { pathParameters: route.pathParameters }),
    ...bodyOf({ body: args.body, contentType: headers["content-type"] }),
  };
}

/** Undefined when the path cannot be decoded, which API Gateway refuses. */
export function splitTarget({ url, source }: { url: string; source: HttpSource }) {
  const mark = url.indexOf("?");
  const raw = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? "" : url.slice(mark + 1);
  if (!source.decodesPath) return { path: raw, query };
  try {
    return { path: decodeURIComponent(raw), query };
  } catch {
    return undefined;
  }
}

function bodyOf({ body, contentType }: { body: Buffer; contentType: string | undefined }) {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText =
    contentType !== undefined && TEXT.test(contentType) && !OTHER_CHARSET.test(contentType) && isUtf8(body);
  return { body: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText };
}

function joinedHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  const joined = Object.entries(headersDistinct).map(([name, values = []]) => [
    name,
    values.join(name === "cookie" ? "; " : ","),
  ]);
  return Object.fromEntries(joined) as Record<string, string>;
}

function joinedQuery(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  const names = new Set(parameters.keys());
  return Object.fromEntries([...names].map((name) => [name, parameters.getAll(name).join(",")]));
}

/** "22/Nov/2026:19:03:58 +0000" */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
