import { writeFile } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";
import { MEASUREMENTS } from "./figures/all.ts";
import { thisMachine } from "./machine.ts";
import { lineOf, machineLine, markdownOf, tableOf } from "./report/report.ts";
import { svgOf } from "./report/svg.ts";

const NAMES = MEASUREMENTS.flatMap(({ figures }) => figures);

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, json: { type: "boolean" } },
});
const wanted = values.only?.flatMap((names) => names.split(",")) ?? NAMES;
const unknown = wanted.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no figure ${unknown.join(", ")}. There are: ${NAMES.join(", ")}.`);
  process.exit(2);
}

const command = ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" ");
const machine = thisMachine(command);
const say = (text: string) => console.error(text);
say(machineLine(machine));

const startMs = performance.now();
const figures: Figure[] = [];
const failed: string[] = [];
for (const { figures: names, measure } of MEASUREMENTS) {
  if (!names.some((name) => wanted.includes(name))) continue;
  say(`\n${names.join(", ")}`);
  try {
    const measured = (await measure((progress) => say(`  ${progress}`), "full")).filter(({ name }) =>
      wanted.includes(name),
    );
    figures.push(...measured);
    for (const figure of measured) say(lineOf(figure));
    if (values.only !== undefined) for (const { table } of measured) if (table !== undefined) say(tableOf(table));
  } catch (error) {
    // The others are worth having without it.
    failed.push(...names);
    console.error(error);
  }
}

const report = { machine, figures, seconds: (performance.now() - startMs) / 1000 };
if (values.json) console.log(JSON.stringify(report, undefined, 2));
if (values.only === undefined && failed.length === 0) {
  await writeFile(path.join(import.meta.dirname, "RESULTS.md"), markdownOf(report));
  for (const { file, plot } of figures.flatMap(({ plots = [] }) => plots))
    await writeFile(path.join(import.meta.dirname, file), svgOf(plot));
}
if (failed.length > 0) console.error(`\nNot measured: ${failed.join(", ")}.`);
// Servers and functions that several figures share are open until now.
process.exit(failed.length > 0 ? 1 : 0);
