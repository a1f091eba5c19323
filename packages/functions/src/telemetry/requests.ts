import type { Context, Next } from "hono";
import { withIds } from "./ids.ts";

/** The id from the gateway or function URL, which is also in the answer's headers. */
interface GatewayEnv {
  readonly requestContext?: { readonly requestId?: string };
}

/** Handles a request under the id that its caller sees. */
export async function underRequestId(c: Context, next: Next): Promise<void> {
  const { requestContext } = (c.env ?? {}) as GatewayEnv;
  const id = requestContext?.requestId;
  c.set("requestId", id);
  await withIds(id === undefined ? {} : { request_id: id }, next);
  if (id !== undefined) c.header("x-request-id", id);
}
