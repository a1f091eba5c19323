import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { evaluateStacks } from "@promptcall/simulation/cloud/stacks";
import { KINDS } from "../cost/people.ts";
import { play } from "../cost/play.ts";
import { scaleBlocks, scalePage } from "./page.ts";

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const stacks = await evaluateStacks();
const played = [];
for (const kind of KINDS) played.push(await play(stacks, kind));
const blocks = scaleBlocks({ stacks, played });
if (values.write) {
  const page = new URL("../../docs/scale.md", import.meta.url);
  await writeFile(page, scalePage(await readFile(page, "utf8"), blocks));
} else {
  for (const text of blocks.values()) console.log(`\n${text}`);
}
