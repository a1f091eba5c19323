import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import type { Hono } from "hono";

const folder = path.dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Promptcall: the API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
<main id="docs"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

/** It asks nobody whether the document is valid, and keeps no credential. */
const START = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
});
`;

const ofPackage = (name: string) => () => readFile(path.join(folder, name), "utf8");

/** What there is under `/docs`: the reference of the API, and what it is rendered by. */
const FILES: Readonly<Record<string, { readonly type: string; readonly text: () => string | Promise<string> }>> = {
  "/docs": { type: "text/html", text: () => PAGE },
  "/docs/start.js": { type: "text/javascript", text: () => START },
  "/docs/swagger-ui-bundle.js": { type: "text/javascript", text: ofPackage("swagger-ui-bundle.js") },
  "/docs/swagger-ui.css": { type: "text/css", text: ofPackage("swagger-ui.css") },
};

/** Loads nothing from elsewhere. The renderer writes styles into the page. */
const HEADERS = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
};

export const isOfDocs = ({ url = "", method }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") && Object.hasOwn(FILES, url.split("?")[0] ?? "");

/** The reference page of the API, made by Swagger UI from the OpenAPI document of the run. */
export function addDocs(app: Hono): void {
  for (const [address, { type, text }] of Object.entries(FILES))
    app.get(address, async (c) => c.body(await text(), 200, { ...HEADERS, "content-type": `${type}; charset=utf-8` }));
}
