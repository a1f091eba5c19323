/** Documents that are the same for all, by their paths. Each is loaded when it is asked for. */
export const DOCUMENTS = {
  "/openapi.json": () => import("./openapi/openapi.json", { with: { type: "json" } }),
  "/asyncapi.json": () => import("./openapi/asyncapi.json", { with: { type: "json" } }),
} as const;

export const isDocument = (path: string): boolean => Object.hasOwn(DOCUMENTS, path);
