import { type ApiKeyHashes, isApiKey } from "@promptcall/core/security/api-key";
import type { Problem } from "../http/problem.ts";
import type { HttpRequest } from "../http/request.ts";
import { isDocument } from "./documents.ts";

/** What anybody may read: it is the same for all, and names no customer. */
const isOpen = (path: string) => path === "/health" || path === "/setup" || isDocument(path);

/** Where the deployment has API keys, nothing of a customer is answered without one of them. */
export const isAllowed = ({ path, headers }: HttpRequest, hashes: ApiKeyHashes): boolean =>
  hashes.length === 0 || isOpen(path) || isApiKey(headers["x-api-key"] ?? "", hashes);

export const INVALID_API_KEY: Problem = {
  status: 401,
  code: "invalid_api_key",
  detail: "This deployment asks for an API key. Send one of its keys as x-api-key.",
};
