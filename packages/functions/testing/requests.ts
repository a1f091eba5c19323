import { isUtf8 } from "node:buffer";
import type { LambdaFunctionURLEvent } from "aws-lambda";

interface Answer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What it says of a request. */
interface Gateway {
  readonly requestContext?: { readonly requestId?: string };
}

/** Asks a handler of requests as a gateway, or the address of a function, would. */
export function requests(handle: (event: LambdaFunctionURLEvent) => Promise<Answer>) {
  return {
    async request(url: string, init: RequestInit = {}, { requestContext }: Gateway = {}): Promise<Response> {
      const request = new Request(new URL(url, "https://function.example"), init);
      const event = eventOf(request, Buffer.from(await request.arrayBuffer()));
      Object.assign(event.requestContext, requestContext);
      const { statusCode, headers = {}, body = "" } = await handle(event);
      return new Response(body === "" ? null : body, { status: statusCode, headers });
    },
  };
}

function eventOf({ url, method, headers }: Request, body: Buffer): LambdaFunctionURLEvent {
  const { pathname, search, host } = new URL(url);
  // Everything else comes in base64.
  const isText = headers.get("content-type")?.startsWith("application/json") === true && isUtf8(body);
  const http = { method, path: pathname, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" };
  const context = { accountId: "", apiId: "", domainName: host, domainPrefix: "", requestId: undefined as never };
  return {
    ...{ version: "2.0", routeKey: "$default", rawPath: pathname, rawQueryString: search.slice(1) },
    headers: Object.fromEntries(headers),
    requestContext: { ...context, http, routeKey: "$default", stage: "$default", time: "", timeEpoch: 0 },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: !isText,
  };
}
