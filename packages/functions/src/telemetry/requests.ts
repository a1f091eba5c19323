import type { Context, Next } from "hono";
import { withIds } from "./ids.ts";

/** As a gateway or a function URL hands it over; it is in the answer's headers, too. */
interface GatewayEnv {
  readonly requestContext?: { readonly requestId?: string };
}

/** Does all of a request under the id that its caller sees. */
export async function underRequestId(c: Context, next: Next): Promise<void> {
  const { requestContext } = (c.env ?? {}) as GatewayEnv;
  await withIds(requestContext?.requestId === undefined ? {} : { request_id: requestContext.requestId }, next);
}
