import { readFile, writeFile } from "node:fs/promises";
import { eventDocuments } from "./event-documents.ts";

const root = new URL("../", import.meta.url);
const page = await readFile(new URL("docs/events.md", root), "utf8");

for (const [file, text] of eventDocuments({ page })) await writeFile(new URL(file, root), text);
