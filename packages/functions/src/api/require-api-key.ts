import { type ApiKeyHashes, isApiKey } from "@promptcall/core/security/api-key";
import type { Context, Next } from "hono";
import { type Problem, problem } from "../http/problem.ts";
import { isDocument } from "./documents.ts";

/** What anybody may read: it is the same for all, and names no customer. */
const isOpen = (path: string) => path === "/health" || path === "/setup" || isDocument(path);

/** Where the deployment has API keys, nothing of a customer is answered without one of them. */
export const requireApiKey = (hashes: ApiKeyHashes) => async (c: Context, next: Next) => {
  const isAllowed = hashes.length === 0 || isOpen(c.req.path) || isApiKey(c.req.header("x-api-key") ?? "", hashes);
  if (!isAllowed) return problem(c, INVALID_API_KEY);
  return await next();
};

const INVALID_API_KEY: Problem = {
  status: 401,
  code: "invalid_api_key",
  detail: "This deployment asks for an API key. Send one of its keys as x-api-key.",
};
