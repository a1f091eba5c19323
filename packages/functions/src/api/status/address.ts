import type { HttpRequest } from "../../http/request.ts";

/** The URL of one of our paths, as the customer reaches it. */
export function addressOf(request: HttpRequest, path: string | URL): URL {
  const url = new URL(path, request.url);
  url.protocol = request.headers["x-forwarded-proto"] ?? url.protocol;
  return url;
}
