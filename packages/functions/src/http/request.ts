import type { APIGatewayProxyEventV2 } from "aws-lambda";

type Context = APIGatewayProxyEventV2["requestContext"];

/**
 * What is read of what Lambda is handed, by a gateway and by the address of a function alike: payload format 2.0, with the
 * names of headers in lower case
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export interface HttpEvent
  extends Pick<APIGatewayProxyEventV2, "rawPath" | "rawQueryString" | "headers" | "body" | "isBase64Encoded"> {
  readonly requestContext: Pick<Context, "domainName" | "requestId"> & {
    readonly http: Pick<Context["http"], "method">;
  };
}

/** A request as a handler reads it. Node's own `Request` would load `fetch` first, a fifth of what a start takes. */
export interface HttpRequest {
  readonly method: string;
  /** As it was asked, with the host. */
  readonly url: URL;
  /** Decoded, but for what would be a slash. */
  readonly path: string;
  /** What stands in the path where its route has names: `id`. */
  readonly params: Readonly<Record<string, string>>;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Empty where there is none. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The gateway's, which is also in the answer's headers. */
  readonly requestId: string | undefined;
}

export function readHttpRequest(event: HttpEvent): HttpRequest {
  const { rawPath, rawQueryString, headers, requestContext } = event;
  const { domainName, requestId, http } = requestContext;
  const url = new URL(`https://${domainName}${rawPath}${rawQueryString && `?${rawQueryString}`}`);
  const { method } = http;
  // A body of GET or HEAD means nothing (RFC 9110, 9.3.1).
  const body = method === "GET" || method === "HEAD" ? new Uint8Array() : bodyOf(event);
  return { method, url, path: decoded(url.pathname), params: {}, headers, body, requestId };
}

function bodyOf({ body = "", isBase64Encoded }: HttpEvent): Uint8Array<ArrayBuffer> {
  return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
