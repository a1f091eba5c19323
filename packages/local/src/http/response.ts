import type { ServerResponse } from "node:http";

export interface HttpResult {
  statusCode: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

/** Undefined when the function's answer is not one that a gateway can send on. */
export function toHttpResult({
  result,
  defaultType,
}: {
  result: unknown;
  defaultType: string;
}): HttpResult | undefined {
  if (!isRecord(result) || result.statusCode === undefined) return shorthand(result);
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded = false } = result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (typeof body !== "string" || !isRecord(headers) || !Array.isArray(cookies)) return undefined;
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    statusCode: status,
    headers: { "content-type": defaultType, ...(Object.fromEntries(lowerCase) as Record<string, string>) },
    cookies: cookies.map(String),
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}

/** Without a status code, whatever the function returned is the JSON body of a 200. */
function shorthand(result: unknown): HttpResult {
  const body = typeof result === "string" ? result : JSON.stringify(result);
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    cookies: [],
    body: Buffer.from(body),
  };
}

export function json({ statusCode, body }: { statusCode: number; body: object }): HttpResult {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    cookies: [],
    body: Buffer.from(JSON.stringify(body)),
  };
}

export function message({ statusCode, text }: { statusCode: number; text: string }): HttpResult {
  return json({ statusCode, body: { message: text } });
}

export function send({ response, result }: { response: ServerResponse; result: HttpResult }): void {
  const { connection: _connection, "transfer-encoding": _encoding, ...headers } = result.headers;
  response.writeHead(result.statusCode, {
    ...headers,
    ...(result.cookies.length > 0 && { "set-cookie": result.cookies }),
    "content-length": String(result.body.length),
  });
  response.end(result.body);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
