import { writeFile } from "node:fs/promises";
import { openApiDocument } from "@promptcall/functions/api/openapi";

/** What the api serves at `/openapi.json`, written once: a function has no need of what it is made with. */
const file = new URL("../packages/functions/src/api/openapi.json", import.meta.url);
await writeFile(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
