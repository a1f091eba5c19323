import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { BLOCKS, scalePage } from "./page.ts";

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
if (values.write) {
  const page = new URL("../../docs/scale.md", import.meta.url);
  await writeFile(page, scalePage(await readFile(page, "utf8")));
} else {
  for (const text of BLOCKS.values()) console.log(`\n${text}`);
}
