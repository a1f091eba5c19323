import { readFile, writeFile } from "node:fs/promises";
import { clientEventTypes } from "./client-types.ts";
import { eventDocuments } from "./event-documents.ts";
import { keptDocument } from "./kept-document.ts";
import { tableDocument } from "./table-document.ts";

const root = new URL("../../", import.meta.url);
const read = (file: string) => readFile(new URL(file, root), "utf8");
const documents = [
  ...eventDocuments({ page: await read("docs/events.md") }),
  ["docs/versions.md", tableDocument({ page: await read("docs/versions.md") })] as const,
  ["SECURITY.md", keptDocument({ page: await read("SECURITY.md") })] as const,
];

for (const [file, text] of documents) await writeFile(new URL(file, root), text);

const schemas = ["batch.completed", "call.completed"].map(async (name) =>
  JSON.parse(await read(`docs/events/${name}.schema.json`)),
);
const types = await clientEventTypes(await Promise.all(schemas));
await writeFile(new URL("packages/client/src/event-shapes.ts", root), types);
