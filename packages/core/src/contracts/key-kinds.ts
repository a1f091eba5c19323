/** By whom a key is vouched for; with an API key come the requests of the deprecated API. */
export const KEY_KINDS = ["registered", "own", "learned", "api_key"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];
