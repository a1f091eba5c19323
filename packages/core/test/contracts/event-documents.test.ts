import { readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { eventDocuments } from "../../../../tools/commands/event-documents.ts";

const root = new URL("../../../../", import.meta.url);
const read = (file: string) => readFile(new URL(file, root), "utf8");

it("the documents on events say what the schemas do (if not: npm run events)", async () => {
  const documents = eventDocuments({ page: await read("docs/events.md") });
  for (const [file, text] of documents) expect(await read(file), file).toBe(text);
  const files = (await readdir(new URL("docs/events/", root))).map((name) => `docs/events/${name}`);
  expect(files.sort()).toEqual([...documents.keys()].filter((file) => file.startsWith("docs/events/")).sort());
});
