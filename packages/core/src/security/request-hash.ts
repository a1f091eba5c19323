import { hmac } from "./keys.ts";

/** What makes two requests the same. */
export interface RequestIdentity {
  readonly method: string;
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly query: string;
  /** With the encoding that it says it has: the same bytes may be another text. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Names a request without a word of what it says: nobody without the key can try out which PIN was in it. */
export function requestHash({ key, request }: { key: Uint8Array; request: RequestIdentity }): string {
  const { method, path, query, contentType, body } = request;
  return hmac(key)
    .update(`request\n${JSON.stringify([method, path, query, contentType])}\n`)
    .update(body)
    .digest("base64url");
}
