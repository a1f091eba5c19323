import { readFile, writeFile } from "node:fs/promises";
import { openApiDocument } from "@promptcall/functions/api/openapi/openapi";
import { apiPage } from "./api-page.ts";
import { clientTypes } from "./client-types.ts";

/** What the api serves at `/openapi.json`, written once: a function has no need of what it is made with. */
const file = new URL("../../packages/functions/src/api/openapi/openapi.json", import.meta.url);
const page = new URL("../../docs/api.md", import.meta.url);
const types = new URL("../../packages/client/src/api.ts", import.meta.url);
const document = openApiDocument();

await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
await writeFile(page, apiPage({ page: await readFile(page, "utf8"), document }));
await writeFile(types, await clientTypes(JSON.parse(JSON.stringify(document))));
